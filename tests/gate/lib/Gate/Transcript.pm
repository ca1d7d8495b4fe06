# SPDX-License-Identifier: BSD-2-Clause
package Gate::Transcript;

# Understands what the firmware prints: what is noise of the console firmware, what is TAP, what it promises about
# disks, and how it ends. It hands each line of TAP to a view (Gate::Tap, Gate::Screen) as soon as it comes, and
# remembers what the judge needs (Gate::Verdict).

use v5.36;

# Of one promise at the most: no line of a firmware that has lost its way takes all memory.
use constant MOST_SECTORS => 1 << 20;
my ($MAC, $SUM) = (qr/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/, qr/[0-9a-f]{8}/);

# view: has line($kind, $text, $transcript); kind is version, plan, point, comment, yaml, bail or other. rerun: makes
# of a point's name the commands that run it alone, { key => command }, with which the evidence of what is not ok
# ends. model: the firmware was booted by a model of a console, which speaks after it.
sub new ($class, $view, $rerun = undef, $model = undef) {
	return bless {
		view => $view, rerun => $rerun, model => $model,
		not_ok => undef, noise => 1, yaml => 0, planned => undef,
		skip_all => undef, number => 0,
		count => { ok => 0, failed => 0, todo => 0, skip => 0 },
		failed => [], not_judged => [], unexpected => [], promises => {}, said => {}, unkept => {},
		played => {}, sent => {}, wired => {}, bench => [],
		times => {}, last_line => '',
	}, $class;
}

sub add ($self, $raw) {
	my $line = $raw =~ s/\r//gr =~ s/[^\t -~]/?/gr;

	$self->{last_line} = $line if $line =~ /\S/ && !($self->{model} && $self->verdict);
	$self->_of_model($line) if $self->{model};
	$self->_starts if $line =~ /^TAP version \d+\s*$/;
	return if $self->{noise};
	my $owed = $self->{not_ok};
	my $kind = $self->_understand($line);
	$self->_tell_rerun($owed, $kind, $line) if defined $owed;
	$self->{view}->line($kind, $line, $self);
	return;
}

# What a model finds is no point of the firmware's: it says what was not as the console had left it, and what was.
sub _of_model ($self, $line) {
	my ($word, $text) = $line =~ /^# model: (\w+)(?:: (.*))?/ or return;

	push $self->{unexpected}->@*, "the console's model: $text" if $word eq 'wrong';
	$self->{given_back} = 1 if $word eq 'good';
	return;
}

# At the end of a point's YAML block; in a block of its own where the firmware gave none.
sub _tell_rerun ($self, $point, $kind, $line) {
	return if $point->{told} || ($kind eq 'yaml' && $line !~ /^\s+\.\.\.\s*$/);
	my $commands = $self->{rerun}->($point->{name});
	my @lines = map { "  $_: \"" . $commands->{$_} =~ s/([\\"])/\\$1/gr =~ s/[^ -~]/?/gr . '"' }
		reverse sort keys %$commands;

	@lines = ('  ---', @lines, '  ...') if $kind ne 'yaml';
	$point->{told} = 1;
	$self->{view}->line('yaml', $_, $self) for @lines;
	return;
}

sub _starts ($self) {
	push $self->{unexpected}->@*, 'a second "TAP version" line: was the machine reset?' unless $self->{noise};
	$self->{noise} = 0;
	return;
}

sub _understand ($self, $line) {
	return $self->_inside_yaml($line) if $self->{yaml};
	return 'version' if $line =~ /^TAP version /;
	return $self->_plan($1, $2) if $line =~ /^1\.\.(\d+)\s*(?:#\s*skip\w*\s*(.*))?$/i;
	return $self->_point($line) if $line =~ /^(?:not )?ok\b/;
	return $self->_yaml_starts if $line =~ /^\s+---/;
	return $self->_bail($1) if $line =~ /^Bail out!\s*(.*)/i;
	return $self->_comment($line) if $line =~ /^#/;
	return 'other';
}

sub _yaml_starts ($self) {
	$self->{yaml} = 1;
	return 'yaml';
}

sub _inside_yaml ($self, $line) {
	$self->{yaml} = 0 if $line =~ /^\s+\.\.\.\s*$/;
	return 'yaml' if $line =~ /^\s/ || $line eq '';
	$self->_yaml_cut_off("before '$line'");
	return $self->_understand($line);
}

# A block that is cut off must not hide what follows.
sub _yaml_cut_off ($self, $where) {
	$self->{yaml} = 0;
	push $self->{unexpected}->@*, "a YAML block without an end $where";
	$self->_tell_rerun($self->{not_ok}, 'yaml', '  ...') if defined $self->{not_ok};
	$self->{view}->line('yaml', '  ...', $self);
	return;
}

# The serial line has closed.
sub end ($self) {
	$self->_yaml_cut_off('at the end') if $self->{yaml};
	push $self->{unexpected}->@*, 'the console\'s model does not say that all was given back'
		if $self->{model} && !$self->{given_back};
	$self->_tell_rerun($self->{not_ok}, 'other', '') if defined $self->{not_ok};
	return;
}

sub _plan ($self, $points, $reason) {
	push $self->{unexpected}->@*, 'a second plan' if defined $self->{planned};
	$self->{planned} //= $points;
	$self->{skip_all} = $reason // 'no reason given' if $points == 0;
	return 'plan';
}

sub _point ($self, $line) {
	my ($not, $number) = $line =~ /^(not )?ok\b\s*(\d+)?/;
	my ($directive) = map { uc } $line =~ /(?<!\\)#\s*(TODO|SKIP)/i;
	my $expected = ++$self->{number};

	push $self->{unexpected}->@*, "point $number where $expected must be"
		if defined $number && $number != $expected;
	my $outcome = $directive ? lc $directive : $not ? 'failed' : 'ok';
	$self->{count}{$outcome}++;
	push $self->{failed}->@*, $line if $outcome eq 'failed';
	$self->{not_ok} = $not && $self->{rerun} ? { name => _name($line) } : undef;
	return 'point';
}

sub _name ($line) {
	my ($name) = $line =~ /^(?:not )?ok\b\s*\d*(?:\s*-)?\s*((?:[^\\#]|\\.)*)/;
	return $name =~ s/\\(.)/$1/gr =~ s/\s+$//r;
}

sub _bail ($self, $reason) {
	push $self->{unexpected}->@*, "the firmware gave up: $reason";
	return 'bail';
}

sub _comment ($self, $line) {
	$self->_host_check($1) if $line =~ /^# host-check: (.*)/;
	push $self->{not_judged}->@*, $1 if $line =~ /^# not judged: (.*?)\s*$/;
	push $self->{bench}->@*, { name => $1, value => 0 + $2, unit => $3 }
		if $line =~ /^# bench: (\S+) (\d+(?:\.\d+)?) (\S.*?)\s*$/;
	$self->{times}{$1} = 0 + $2 if $line =~ /^# time: (\S+) (\d+) us\s*$/;
	return 'comment';
}

sub _host_check ($self, $text) {
	if ($text =~ /^(\S+) sectors? (\d+)(?:-(\d+))? (?|seed ([0-9a-f]{16})|(zeroes|anything))$/
		&& ($3 // $2) >= $2 && ($3 // $2) - $2 < MOST_SECTORS) {
		$self->{promises}{$1}{$_} = $4 for $2 .. $3 // $2;
	} elsif ($text =~ /^(\S+) says ([\w-]+) (\d+)$/) {
		$self->{said}{$1}{$2} = $3;
	} elsif ($text =~ m{^([^\s/]+)\S* heard (\d{1,6}) seed ([0-9a-f]{8})$}) {
		push $self->{played}{$1}->@*, [$2, $3];
	} elsif ($text =~ /^(\S+) bytes (\d+) seed ([0-9a-f]{16})$/) {
		push $self->{sent}{$1}->@*, { bytes => $2, seed => $3 };
	} elsif ($text =~ m{^([^\s/]+)\S* wire ($MAC \d+ $SUM) ($MAC \d+ $SUM) received (\d+ $SUM)$}) {
		my ($name, $device, $witness, $received) = ($1, map { [split ' '] } $2, $3, $4);
		push $self->{wired}{$name}->@*, { device => $device, witness => $witness, received => $received };
	} elsif ($text =~ m{^([^\s/]+)\S* stream ($MAC) (\d{1,5}) (\d{1,5} $SUM)$}) {
		push $self->{wired}{$1}->@*, { stream => [$2, $3, split ' ', $4] };
	} elsif ($text =~ m{^([^\s/]+)\S* file (\w[\w.-]{0,60}) (\d{1,5} $SUM)$}) {
		push $self->{wired}{$1}->@*, { file => [$2, split ' ', $3] };
	} elsif ($text =~ /^(\S+) skipped (\S.*)$/) {
		$self->{unkept}{$1} = $2;
	} else {
		push $self->{unexpected}->@*, "not understood: # host-check: $text";
	}
	return;
}

# ('PASS', 0), ('FAIL', n), or nothing when the last line is something else.
sub verdict ($self) {
	return $self->{last_line} =~ /^# busproof: (?|(PASS)()|(FAIL) (\d+))\s*$/;
}

sub started ($self) { return !$self->{noise} }
sub planned ($self) { return $self->{planned} }
sub skip_all ($self) { return $self->{skip_all} }
sub number ($self) { return $self->{number} }
sub count ($self, $outcome) { return $self->{count}{$outcome} }
sub failed ($self) { return $self->{failed}->@* }
sub not_judged ($self) { return $self->{not_judged}->@* }	# "net@00:03.0: what of it: why"
sub unexpected ($self) { return $self->{unexpected}->@* }
sub last_line ($self) { return $self->{last_line} }
sub bench ($self) { return $self->{bench}->@* }
sub times ($self) { return $self->{times} }	# microseconds of each part of the run

# { sector => seed } for one disk, where a seed may be what Gate::Disk knows in its place; { name => value } of what its
# device says of itself; the reason for which the firmware could not write to it; all disks it names.
sub promises ($self, $serial) { return $self->{promises}{$serial} // {} }
sub said ($self, $serial) { return $self->{said}{$serial} // {} }
sub unkept ($self, $serial) { return $self->{unkept}{$serial} }
sub played ($self) { return $self->{played}->%* }	# device => [[bytes, seed], ...]
sub wired ($self) { return $self->{wired}->%* }	# device => [what Gate::Capture compares, ...]
# What a port was sent, in order: { bytes, seed } each.
sub sent ($self, $name) { return ($self->{sent}{$name} // [])->@* }
sub disks ($self) { return sort keys { $self->{promises}->%*, $self->{said}->%* }->%* }

1;
