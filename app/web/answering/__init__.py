"""Working on a case at the desk: what stands around the box an answer is written in."""
