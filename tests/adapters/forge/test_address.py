from __future__ import annotations

import pytest

from envwright.adapters.forge.address import ForgeAddress, forge_address, token
from envwright.model.diagnostic import Refused


@pytest.mark.parametrize(
    ("url", "api", "expected"),
    [
        ("https://github.com/ada/envs.git", "", ("https://api.github.com", "ada", "envs")),
        ("git@github.com:ada/envs.git", "", ("https://api.github.com", "ada", "envs")),
        ("ssh://git@github.com/ada/envs", "", ("https://api.github.com", "ada", "envs")),
        ("ssh://git@ssh.github.com:443/ada/envs", "", ("https://api.github.com", "ada", "envs")),
        ("https://acme.ghe.com/ada/envs", "", ("https://api.acme.ghe.com", "ada", "envs")),
        ("https://git.example.org:8443/ada/envs", "", ("https://git.example.org:8443/api/v3", "ada", "envs")),
        ("ssh://git@git.example.org:2222/ada/envs", "", ("https://git.example.org/api/v3", "ada", "envs")),
        ("https://git.example.org/ada/envs/", "", ("https://git.example.org/api/v3", "ada", "envs")),
        ("https://git.example.org/ada/envs", "https://api.example.org/", ("https://api.example.org", "ada", "envs")),
        ("https://git.example.org/ada/envs", "http://127.0.0.1:4001", ("http://127.0.0.1:4001", "ada", "envs")),
    ],
)
def test_the_api_of_a_repository(url: str, api: str, expected: tuple[str, str, str]) -> None:
    assert forge_address(url, api) == ForgeAddress(*expected)


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("/srv/git/envs.git", ""),
        ("https://github.com/envs", ""),
        ("https://github.com/a/b/c", ""),
        ("https://github.com/a/b?c", "http://api.example.org"),
        ("https://github.com/a/b", "https://["),
        ("https://github.com:x/a/b", ""),
    ],
)
def test_what_is_no_repository_of_a_forge(url: str, api: str) -> None:
    with pytest.raises(Refused) as refused:
        forge_address(url, api)
    assert [item.code for item in refused.value.diagnostics] == ["EW762"]


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENVWRIGHT_FORGE_TOKEN", raising=False)
    monkeypatch.delenv("ENVWRIGHT_GIT_PASSWORD", raising=False)
    with pytest.raises(Refused):
        token()
    monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", "one")
    assert token() == "one"
    monkeypatch.setenv("ENVWRIGHT_FORGE_TOKEN", "two")
    assert token() == "two"
    for bad in ("two\n", "t w o", "zwöi"):
        monkeypatch.setenv("ENVWRIGHT_FORGE_TOKEN", bad)
        with pytest.raises(Refused) as refused:
            token()
        assert bad not in f"{refused.value.diagnostics}"
