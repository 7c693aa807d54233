"""Pictures as SVG text with the table they were drawn from: for notebooks, the README and packets alike.

Pure functions: no network, no external font, no script. Names appear only when they are passed in.
"""

from follow_money.pictures.link_chart import link_chart
from follow_money.pictures.picture import Picture
from follow_money.pictures.queue import queue_picture
from follow_money.pictures.time_line import time_line
from follow_money.pictures.trail_sankey import trail_sankey
from follow_money.pictures.trail_time_line import trail_time_line

__all__ = ["Picture", "link_chart", "queue_picture", "time_line", "trail_sankey", "trail_time_line"]
