# SPDX-License-Identifier: BSD-2-Clause
package Gate::Qmp;

# QEMU's machine protocol on a socket: a command, and what it returns. Events are kept until somebody asks for them, as
# many as the last ones. Everything ends by a limit; whatever goes wrong is a die with a sentence.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use IO::Select;
use List::Util qw(max);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use lib dirname(abs_path(__FILE__)) . '/../../../report/lib';
use Report::Json;

use constant { SECONDS => 30, LONGEST => 8 * 1024 * 1024, EVENTS_KEPT => 64 };

# socket: connected to QEMU; seconds: for each answer.
sub new ($class, $socket, %options) {
	$socket->blocking(0);
	return bless { socket => $socket, seconds => $options{seconds} // SECONDS, rest => '', events => [],
		number => 0, greeted => 0 }, $class;
}

# What a command returns. A command that QEMU refuses dies with "QEMU says: ...".
sub ask ($self, $command, %arguments) {
	my $end = clock_gettime(CLOCK_MONOTONIC) + $self->{seconds};

	$self->_greet($end);
	return $self->_ask($end, $command, %arguments);
}

# The oldest event of this kind that has come since it was last asked for; waits for it.
sub event ($self, $name) {
	my $end = clock_gettime(CLOCK_MONOTONIC) + $self->{seconds};

	while (1) {
		for my $index (0 .. $self->{events}->$#*) {
			next if $self->{events}[$index]{event} ne $name;
			return (splice $self->{events}->@*, $index, 1)[0];
		}
		$self->_keep($self->_message($end, $name));
	}
}

sub _greet ($self, $end) {
	return if $self->{greeted};
	until ($self->{greeted}) {
		$self->{greeted} = exists $self->_message($end, 'greeting')->{QMP};
	}
	$self->_ask($end, 'qmp_capabilities');
	return;
}

sub _ask ($self, $end, $command, %arguments) {
	my $id = ++$self->{number};

	$self->_write(Report::Json::text({ execute => $command, id => $id,
		%arguments ? (arguments => \%arguments) : () }) . "\n", $end, $command);
	while (1) {
		my $message = $self->_message($end, $command);

		$self->_keep($message);
		next if ($message->{id} // 0) ne $id;
		die 'QEMU says: ' . ($message->{error}{desc} // 'an error without words') . "\n"
			if ref $message->{error} eq 'HASH';
		die "QEMU's answer to $command is neither a return nor an error\n" if !exists $message->{return};
		return $message->{return};
	}
}

sub _keep ($self, $message) {
	return if !defined $message->{event};
	push $self->{events}->@*, $message;
	shift $self->{events}->@* if $self->{events}->@* > EVENTS_KEPT;
	return;
}

sub _write ($self, $text, $end, $what) {
	local $SIG{PIPE} = 'IGNORE';

	while ($text ne '') {
		my $left = max(0, $end - clock_gettime(CLOCK_MONOTONIC));
		my ($ready) = IO::Select->new($self->{socket})->can_write($left);
		die "QEMU does not take $what within $self->{seconds} s\n" if !$ready;
		my $count = syswrite $self->{socket}, $text;
		next if !defined $count && ($!{EINTR} || $!{EAGAIN});
		die "QEMU cannot be asked for $what: $!\n" if !defined $count;
		substr $text, 0, $count, '';
	}
	return;
}

# The next line, which is an object.
sub _message ($self, $end, $what) {
	my $line = $self->_line($end, $what);
	my $message = eval { Report::Json::data($line) };

	die "QEMU's answer to $what is no JSON object\n" if ref $message ne 'HASH';
	return $message;
}

sub _line ($self, $end, $what) {
	until ($self->{rest} =~ /\n/) {
		my $left = max(0, $end - clock_gettime(CLOCK_MONOTONIC));
		my ($ready) = IO::Select->new($self->{socket})->can_read($left);
		die "QEMU does not answer $what within $self->{seconds} s\n" if !$ready;
		my $count = sysread $self->{socket}, $self->{rest}, 65536, length $self->{rest};
		next if !defined $count && ($!{EINTR} || $!{EAGAIN});
		die "QEMU has closed its end while it was asked for $what\n" if !$count;
		die "QEMU's answer to $what is too long\n" if length $self->{rest} > LONGEST;
	}
	$self->{rest} =~ s/^([^\n]*)\n//;
	return $1;
}

1;
