"""Deadlines: the working calendar, the terms an office sets itself, and the reckoning.

Pure: what is due when follows from moments, a policy and a calendar that are all
stored, so anybody can reckon it again and come to the same.
"""
