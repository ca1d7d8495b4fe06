# SPDX-License-Identifier: BSD-2-Clause
package Gate::Port;

# The ports, as arch/<name>/port.mk lists their facts for make and for these programs. Nothing else in tests/ knows
# which ports there are; what QEMU makes of one's machine is Gate::Board's.
#
#	TITLE           what people call the architecture
#	QEMU            the program that emulates it
#	QEMU_PACKAGES   of Debian, that have this program
#	BUILD_PACKAGES  of Debian, that build the image
#	STOP_AT         where gdb stops when a point gets its verdict
#	FIRMWARES       what may start the image, the usual one first; not there where there is no choice
#	FIRMWARE_name   how it does: QEMU's option, and what it starts, the image and the one that only boots and ends;
#	                behind them, where it is an image of its own, QEMU's option for that and the image
#	MODEL_name      that firmware is a model (tests/models), which is started instead and boots the image: its
#	                file, the addresses in memory where it finds the image and a request, and the request's words,
#	                behind which the command line goes
#	START_option    where that is no option of QEMU's: its words, with @IMAGE@, @APPEND@ (the command line) and
#	                @SLOT@, that of pvpanic, whose other functions are free
#	LACKS_option    kinds of device that it brings, as the firmware names them, which cannot be judged: the medium
#	                has no scratch signature
#	PROMPT          what a console firmware says, or shows at the end of what it says, when it waits for somebody
#	                who types: a pattern; not there where it never does

use v5.36;

use Gate::Board;
use Gate::Place;

use constant KERNEL => '-kernel busproof.elf halt.elf';

my @NEEDED = qw(TITLE QEMU QEMU_PACKAGES BUILD_PACKAGES STOP_AT);
my %ports;

# All of them, in the order of their names.
sub all () {
	my @paths = sort glob "\Q${\ Gate::Place::root()}\E/arch/*/port.mk";

	die 'no port: there is no arch/*/port.mk in ' . Gate::Place::root() . "\n" if !@paths;
	$ports{$_} //= Gate::Port->read($_) for @paths;
	return map { $ports{$_} } @paths;
}

sub names () { return map { $_->name } all() }

# The one of this name, or nothing.
sub named ($name) {
	my ($port) = grep { $_->name eq $name } all();
	return $port;
}

# The one whose machine QEMU calls so, or nothing.
sub of_type ($type) {
	my ($port) = grep { $_->board->type eq $type } all();
	return $port;
}

# "neither a nor b", for complaints.
sub none_of () {
	my @names = names();

	return @names == 2 ? "neither $names[0] nor $names[1]" : 'none of ' . join ', ', @names;
}

sub read ($class, $path) {
	my ($folder, $name) = $path =~ m{^(.*/([^/]+))/[^/]+$};
	my $self = bless { name => $name, board => "$folder/machine.cfg" }, $class;

	open my $file, '<', $path or die "$path: $!\n";
	while (my $line = <$file>) {
		next if $line =~ /^(?:#.*)?$/;
		my ($fact, $adds, $value) = $line =~ /^([\w-]+) ([:+])= (\S.*?)$/
			or die "$path line $.: not understood: $line";
		$self->{facts}{$fact} = $adds eq '+' ? "$self->{facts}{$fact} $value" : $value;
	}
	$self->{facts}{$_} // die "$path: does not say $_\n" for @NEEDED, map { "FIRMWARE_$_" } $self->firmwares;
	return $self;
}

sub name ($self) { return $self->{name} }
sub title ($self) { return $self->{facts}{TITLE} }
sub qemu ($self) { return $self->{facts}{QEMU} }
sub packages ($self) { return split ' ', $self->{facts}{QEMU_PACKAGES} }
sub build_packages ($self) { return split ' ', $self->{facts}{BUILD_PACKAGES} }
sub stop_at ($self) { return $self->{facts}{STOP_AT} }
sub firmwares ($self) { return split ' ', $self->{facts}{FIRMWARES} // '' }
sub variable ($self) { return 'QEMU_' . uc $self->name }	# of the environment, that names another QEMU

# What a console firmware shows that has nothing to do; nothing where there is no such firmware.
sub prompt ($self) { return $self->{facts}{PROMPT} }

# How one of its firmwares (undef: there is none) starts the image: { option, words, lacks, run, halt, own_option,
# own }, the last two only where the firmware is an image itself; of a model also { model, at, request_at, request }.
sub start ($self, $firmware) {
	my %start;

	@start{qw(option run halt own_option own)} =
		split ' ', defined $firmware ? $self->{facts}{"FIRMWARE_$firmware"} : KERNEL;
	$start{lacks} = [split ' ', $self->{facts}{"LACKS_$start{option}"} // ''];
	$start{words} = [split ' ', $self->{facts}{"START_$start{option}"} // ''];
	@start{qw(model at request_at request)} = split ' ', $self->{facts}{"MODEL_$firmware"}, 4
		if defined $firmware && defined $self->{facts}{"MODEL_$firmware"};
	return \%start;
}

# Its machine; read when it is asked for, so that a port without one does for all else.
sub board ($self) {
	$self->{board} = Gate::Board->new($self->{board}) if !ref $self->{board};
	return $self->{board};
}

1;
