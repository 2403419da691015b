from envwright.model.suggest import did_you_mean
from tests.support.effort import cheap


def test_the_nearest_candidate_is_suggested() -> None:
    assert did_you_mean("go-servce", ["py-service", "go-service"]) == 'did you mean "go-service"?'


def test_case_is_no_difference() -> None:
    assert did_you_mean("DEPENDSON", ["dependsOn", "when"]) == 'did you mean "dependsOn"?'


def test_nothing_near_suggests_nothing() -> None:
    assert did_you_mean("zzz", ["api", "worker"]) == ""
    assert did_you_mean("zzz", []) == ""


def test_of_many_candidates_the_nearest_is_found_without_comparing_all() -> None:
    names = [f"service-{number:04}-{word}" for number in range(500) for word in ("api", "web")]
    with cheap(200):
        for number in range(300):
            assert did_you_mean(f"service-{number:04}-ap", names) == f'did you mean "service-{number:04}-api"?'
