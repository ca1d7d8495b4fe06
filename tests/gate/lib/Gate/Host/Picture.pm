# SPDX-License-Identifier: BSD-2-Clause
package Gate::Host::Picture;

# What a display shows: QEMU writes its picture into the run's folder (screen.ppm, which stays), and the firmware gets a
# checksum of a rectangle: FNV-1a of 32 bits over red, green and blue of each pixel, row by row.

use v5.36;

use Gate::Bytes qw(bytes_of);

use constant { FILE => 'screen.ppm', PIXELS_MOST => 65_536, BASIS => 0x811c9dc5, PRIME => 0x01000193,
	MASK => 0xffffffff };

sub checksum ($machine, $place, @rectangle) {
	my $path = $machine->device_of($place, 'gpu', 'vga');
	my ($id) = $path =~ m{^/machine/peripheral/([^/]+)$} or die "lacks a name for the display\n";

	die "the rectangle has more than ${\PIXELS_MOST} pixels\n" if $rectangle[2] * $rectangle[3] > PIXELS_MOST;
	unlink $machine->folder . '/' . FILE;
	$machine->ask('screendump', filename => FILE, device => $id);
	return _sum(_read($machine->folder . '/' . FILE), @rectangle);
}

# { width, height, bytes }
sub _read ($path) {
	my $text = bytes_of($path) // die "no picture: $!\n";

	$text =~ s/\AP6\s+(\d+)\s+(\d+)\s+255\s// or die "no picture: not a PPM with 8 bits a colour\n";
	my %picture = (width => $1, height => $2, bytes => $text);
	die "no picture: it is cut off\n" if length $text != 3 * $picture{width} * $picture{height};
	return \%picture;
}

sub _sum ($picture, $x, $y, $width, $height) {
	my $sum = BASIS;

	die "the display shows $picture->{width} x $picture->{height} pixels\n"
		if $x + $width > $picture->{width} || $y + $height > $picture->{height};
	for my $row ($y .. $y + $height - 1) {
		my $bytes = substr $picture->{bytes}, 3 * ($row * $picture->{width} + $x), 3 * $width;
		$sum = (($sum ^ $_) * PRIME) & MASK for unpack 'C*', $bytes;
	}
	return $sum;
}

1;
