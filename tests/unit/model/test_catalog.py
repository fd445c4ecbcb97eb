"""What a catalog of kinds says of addresses."""

from __future__ import annotations

import pytest

from fc_guard.kinds.catalog import CATALOG


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("role Shop-Role", "role shop-role"),
        ("rolePolicy Shop-Role/AliyunOSSFullAccess", "rolePolicy shop-role/AliyunOSSFullAccess"),
        ("service Shop", "service Shop"),
        ("customDomain WWW.Example.com", "customDomain www.example.com"),
        ("role a/b", "role a/b"),
        ("RAM user Bob", "RAM user Bob"),
    ],
)
def test_an_address_has_one_spelling_where_letter_case_means_nothing(written: str, spelled: str) -> None:
    assert CATALOG.spelled(written) == spelled
