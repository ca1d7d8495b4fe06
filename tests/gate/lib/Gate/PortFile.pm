# SPDX-License-Identifier: BSD-2-Clause
package Gate::PortFile;

# A file in which QEMU keeps what a serial port is sent: the port's name is also the file's. Judged afterwards by what
# the firmware says it sent, in the order in which it says so. Before that the firmware looks for ports that lead to
# each other, and sends each a few bytes.

use v5.36;

use Gate::Bytes qw(bytes_of);

use constant { OTHERS => 64, SHOWN => 24 };
use constant NAME => qr/^busproof-file-[\w-]{1,40}$/;

sub new ($class, $folder, $name) { return bless { path => "$folder/$name", name => $name }, $class }
sub name ($self) { return $self->{name} }

# QEMU makes it; one of an earlier run would not be looked at otherwise.
sub create ($self) {
	unlink $self->{path};
	return;
}

# What is wrong with the file after a run in which the firmware promised [bytes, seed], ...: nothing, or sentences.
sub problems ($self, @promises) {
	my $content = bytes_of($self->{path}) // return @promises ? ("$self->{path}: $!") : ();
	my ($at, $others) = (0, 0);

	for my $promise (@promises) {
		my $text = $self->_text(@$promise{qw(bytes seed)});
		my $found = index $content, $text, $at;
		return "what the firmware sent (seed $promise->{seed}) is not there: " . $self->_first_difference($text,
			$content, $at) if $found < 0;
		$others += $found - $at;
		$at = $found + length $text;
	}
	$others += length($content) - $at;
	return $others <= OTHERS ? () : "$others bytes more than the firmware says that it sent";
}

sub _text ($self, $bytes, $seed) {
	my $line = "busproof guest port $self->{name} seed $seed\n";

	return substr $line x ($bytes / length($line) + 1), 0, $bytes;
}

# Where the text begins, or should, and where it goes wrong.
sub _first_difference ($self, $text, $content, $at) {
	my $begin = index $content, substr($text, 0, SHOWN), $at;

	return 'not even its beginning' if $begin < 0;
	my ($same) = (substr($content, $begin, length $text) ^. $text) =~ /^(\0*)/;
	my $found = substr($content, $begin + length $same, SHOWN) =~ s/[^ -~]/./gr;
	return "from byte @{[length $same]} of @{[length $text]} on it is '$found'";
}

1;
