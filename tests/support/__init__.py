"""What tests share: builders of values, repositories, readers of cases, strategies, simulators."""
