"""Works on what buckets, topics and the clock bring."""

import json


def handler(event, context):
    return json.dumps({"handled": len(event)})
