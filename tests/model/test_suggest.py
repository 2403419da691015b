from envwright.model.suggest import did_you_mean


def test_the_nearest_candidate_is_suggested() -> None:
    assert did_you_mean("go-servce", ["py-service", "go-service"]) == 'did you mean "go-service"?'


def test_case_is_no_difference() -> None:
    assert did_you_mean("DEPENDSON", ["dependsOn", "when"]) == 'did you mean "dependsOn"?'


def test_nothing_near_suggests_nothing() -> None:
    assert did_you_mean("zzz", ["api", "worker"]) == ""
    assert did_you_mean("zzz", []) == ""
