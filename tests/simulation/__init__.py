"""Random schedules of people, faults and dying workers, each made from a seed alone."""
