# SPDX-License-Identifier: BSD-2-Clause
package Gate::Host;

# The host's part in a run: the firmware asks for an event in a line of its console, and this does it by way of QMP, and
# says what to answer (docs/gate.md, "The host takes part"). What may be asked for is a table, Gate::Host::Verbs;
# nothing that the firmware says reaches QEMU otherwise. Whatever goes wrong is an answer; nothing here ends the gate.

use v5.36;

use Gate::Host::Machine;
use Gate::Host::Verbs;
use Gate::Qmp;

# An event costs some milliseconds: a run that asks for many more is out of its mind.
use constant EVENTS_MOST => 10_000;

# folder: where QEMU runs; disks: names of the scratch images in it, which nobody else's are; socket: of QMP.
sub new ($class, %options) {
	my $qmp = Gate::Qmp->new($options{socket}, %options{seconds});

	return bless { machine => Gate::Host::Machine->new($qmp, %options{qw(folder disks)}), events => 0 }, $class;
}

# The text to type when this line has been printed; nothing where it asks for none. It begins with an end of line, so
# that whatever was typed before stands in a line of its own.
sub answer ($self, $line) {
	my ($number, $request) = $line =~ /^# host-event: (\d{1,9}) (.*?)\s*$/ or return;

	return "\nhost-event $number " . $self->_do($request) =~ s/[^ -~]+/ /gr . "\n";
}

sub _do ($self, $request) {
	my ($verb, @words) = split ' ', $request;

	return 'refused too many events' if ++$self->{events} > EVENTS_MOST;
	my $answer = eval { $self->_obey($verb // '', @words) };
	return defined $answer ? $answer : _why($@);
}

# done, with a number where the verb has one.
sub _obey ($self, $name, @words) {
	my $verb = Gate::Host::Verbs::named($name) // die "there is no verb \"$name\"\n";
	my ($text, $usage) = ("@words", $verb->{words});

	$text =~ /^$usage$/ or die "$name takes other words than \"$text\"\n";
	my $number = $verb->{do}->($self->{machine}, @words);
	return defined $number ? "done $number" : 'done';
}

# The machine lacks what it takes: that is a reason to skip. All else is wrong.
sub _why ($problem) {
	my ($sentence) = split /\n/, $problem;

	$sentence = substr $sentence // '', 0, 100;
	return $sentence =~ /^lacks / ? $sentence : "refused $sentence";
}

1;
