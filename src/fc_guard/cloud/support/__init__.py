"""The products that supporting resources are of. One module a product; `gateway` is what the stages see of them."""
