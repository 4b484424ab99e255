"""The simulation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.simulation.nodes import (
    compose_items,
    draw_people,
    publish_items,
    publish_people,
    relate,
    simulate_behaviour,
)

_OPTIONS = "params:simulation"


def create_pipeline() -> Pipeline:
    """A seed and the hand-written items → tables of the data contract, and the planted truth beside them."""
    nodes = [
        Node(compose_items, _OPTIONS, "truth_items", name="compose_items"),
        Node(draw_people, _OPTIONS, "truth_people", name="draw_people"),
        Node(publish_items, "truth_items", "simulated_items", name="publish_items"),
        Node(publish_people, "truth_people", "simulated_users", name="publish_people"),
        Node(
            relate,
            ["truth_people", "truth_items", _OPTIONS],
            "simulated_relations",
            name="relate_people_and_items",
        ),
        Node(
            simulate_behaviour,
            ["truth_people", "truth_items", _OPTIONS],
            ["simulated_interactions", "simulated_texts", "simulated_pairs"],
            name="simulate_behaviour",
        ),
    ]
    return Pipeline(
        nodes, namespace="simulation", parameters={_OPTIONS}, prefix_datasets_with_namespace=False
    )
