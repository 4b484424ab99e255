from tesserec.metrics.names import (
    is_variant,
    metric_label,
    metric_meaning,
    recommender_label,
    split_metric,
    variant_name,
)


def test_metrics():
    assert split_metric("hit_rate@10") == ("hit_rate", 10)
    assert split_metric("auc") == ("auc", None)
    assert metric_label("hit_rate@10") == "Hit rate@10"
    assert metric_label("auc") == "AUC"
    assert metric_meaning("coverage@5").startswith("share of the catalogue")


def test_a_metric_from_elsewhere_is_shown_by_its_name():
    assert metric_label("list_length@3") == "List length@3"
    assert metric_meaning("list_length@3") == ""


def test_recommenders():
    assert recommender_label("item_knn") == "Item kNN"
    assert recommender_label("ease") == "EASE"
    assert recommender_label("fusion") == "Fusion"


def test_variants():
    name = variant_name("fusion", "re-ranked")
    assert recommender_label(name) == "Fusion, re-ranked"
    assert is_variant(name, "fusion")
    assert not is_variant("fusion", "fusion")
    assert not is_variant("fusion_of_two", "fusion")
