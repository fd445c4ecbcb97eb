"""Every question, and the switches of the local FC that are no question to the real one, each with the reason."""

from __future__ import annotations

from typing import Final

from ask_fc.questions import etags, functions, requests, triggers
from ask_fc.questions.question import Question

QUESTIONS: Final[tuple[Question, ...]] = (
    *requests.QUESTIONS,
    *functions.QUESTIONS,
    *etags.QUESTIONS,
    *triggers.QUESTIONS,
    *requests.AT_THE_END,
)
NOT_ASKED: Final = {
    "auth": "the real service enforces signatures; the other settings are for tests",
    "noise": "a device of tests: answers in other words that mean the same",
    "buckets_appear": "OSS has no such thing: a bucket is made first; here a newcomer need not",
    "buckets_are_open": "OSS refuses another account unless the bucket's policy lets it in; both are for tests",
    "ready_after_seconds": "of the network and of NAS; how long they take is a device of tests here",
    "listed_after_seconds": "of the network and of NAS; how long it takes is a device of tests here",
    "interfaces_stay_seconds": "of the network and FC; minutes after the last request, which is longer than a run",
    "extreme_loses_description": "NAS's; an extreme file system costs money for its 100 GiB from the moment it is made",
    "fill_rds_trigger": "needs an RDS instance, which costs money from the moment it is made",
    "sls_seen_after_seconds": "of the log service and FC; how long it takes is a device of tests here",
    "test_domain": "of the community's service for test domains, not of FC",
    "support": "documented: FC checks; a device of tests that need no neighbours",
    "role_arn_lower_case": "RAM's, and FC compares roles in either case",
    "account_limits": "documented; seeing them takes fifty services, or more than an account may still have",
    "version_limit": "an account's own quota; seeing it takes as many versions, each after a change",
    "version_limit_code": "only the version beyond that quota would show it",
    "trail_delay_seconds": "documented as about ten minutes, which is longer than a run of the questions",
    "trail_service_name": "the audit trail shows what the account's own people did, which is nobody else's to read",
    "trail_conditions": "the audit trail shows what the account's own people did, which is nobody else's to read",
    "trail_calls_per_second": "documented; the local FC sets no limit unless it is told to",
}
