"""What a value of a secret field looks like."""

from __future__ import annotations

import pytest

from fc_guard.render.looks import looks_secret


@pytest.mark.parametrize(
    "text",
    [
        *("prod", "DEBUG", "Asia/Shanghai", "cn-hangzhou", "8080", "true", "512Mi", "30s", "v2", "", "中文 名字"),
        *("mysql.internal:3306/shop", "https://api.example.com/v1/orders?page=2", "ops@example.com", "camelCaseName"),
        *("/mnt/auto/data", "2026-11-27", "0.5", "a, b; c"),
    ],
)
def test_words_numbers_and_addresses_look_plain(text: str) -> None:
    assert not looks_secret("environmentVariables.STAGE", text)


@pytest.mark.parametrize(
    "text",
    [
        *("LTAI5tFakeFakeFake00", "s3cret-one", "a8f3e9c1", "dGhpcyBpcyBub3Qgb25l", "P@ssw0rd", "13800138000"),
        *("mysql://shop:hunter@db.internal/shop", "shop:hunter@db", "-----BEGIN RSA PRIVATE KEY-----"),
        *("https://bucket.example.com/x?Signature=abc", "xJkQpWzRtY", "the token is abc", "a " * 200),
        '{"password": "hunter"}',
    ],
)
def test_what_mixes_letters_and_digits_or_speaks_of_a_secret_looks_secret(text: str) -> None:
    assert looks_secret("environmentVariables.STAGE", text)


@pytest.mark.parametrize(
    "name",
    [
        *("API_KEY", "apikey", "AccessKeySecret", "DB_PASSWORD", "DB_PASSWD", "DB_PASS", "db.pwd", "JWT", "SESSION_ID"),
        *("GITHUB_TOKEN", "OSS_AK", "sk", "SENTRY_DSN", "authConfig", "TLS_CERT", "数据库密码"),
        *("dbPass", "DBPASS", "dbpass", "DBPass", "DB_PASS2", "pass", "mailPw", "MAILPW", "userPin", "userpin"),
        *("awsAK", "akId", "aesIv", "mailOtp", "smtp-pass", "db.pw", "DB_CREDS", "MQTT_PSK", "passwd", "DBPWD"),
        *("awsSk", "clientsecret", "APITOKEN", "encryptionKey", "数据库pw"),
    ],
)
def test_a_name_is_enough(name: str) -> None:
    assert looks_secret(f"environmentVariables.{name}", "prod")


@pytest.mark.parametrize(
    "name",
    [
        *("STAGE", "BYPASS", "MASK", "PINS", "TZ", "DB_HOST", "SKIP", "LEVEL", "GREETING", "NODE_ENV", "LOG_LEVEL"),
        *("REGION", "PORT", "PING_URL", "MAPPING", "diskTask", "pinnedIvory", "AKS_NODES", "passengers"),
    ],
)
def test_a_name_with_a_short_word_in_it_is_not(name: str) -> None:
    assert not looks_secret(f"environmentVariables.{name}", "prod")


def test_one_secret_inside_makes_the_whole_look_secret() -> None:
    assert looks_secret("functionParameter", {"level": "info", "targets": [{"password": "prod"}]})
    assert not looks_secret("functionParameter", {"level": "info", "size": 3, "deep": [{"on": True}, None]})
