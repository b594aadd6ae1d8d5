"""What a letter's containers hold: winmail.dat, signed and compressed parts."""
