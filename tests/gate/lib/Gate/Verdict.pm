# SPDX-License-Identifier: BSD-2-Clause
package Gate::Verdict;

# The harness's own points, which the firmware cannot give about itself: that it came to its end and that its end agrees
# with QEMU's exit status, that nothing is left unjudged which the machine has all for, that each scratch disk holds
# what the firmware says it wrote, and nothing else, that what it played was heard, that a user's file is as it was, and
# that a port's file holds what the port was sent, and that a network carried the frames of the tests and no others.
#
# A point is { name, problems => [sentences], skip => reason or undef }; it is ok when there are no problems.

use v5.36;

# A firmware that did not start is one failure, whatever else has not come of it.
use constant { STDERR_SHOWN => 1000, NOT_STARTED => 'the firmware did not start' };

# How many points there will be, known before the boot. lacks: see Gate::Config; undef where nobody says.
sub count ($disks, $files, $waves, $lacks) { return 1 + defined($lacks) + @$disks + @$files + @$waves }

sub points (%run) {
	return (_end_point(%run), defined $run{lacks} ? _judged_point(%run) : (),
		(map { _disk_point($_, %run) } $run{disks}->@*), (map { _file_point($_) } $run{files}->@*),
		(map { _wave_point($_, %run) } $run{waves}->@*), (map { _port_point($_, %run) } $run{ports}->@*),
		map { _capture_point($_, %run) } ($run{captures} // [])->@*);
}

# ---- The end of the run -------------------------------------------------------------------------------------------

sub _end_point (%run) {
	my ($transcript, $end) = @run{qw(transcript end)};
	my @problems = (
		_how_qemu_ended($end, $transcript),
		_what_is_missing($transcript, $end),
		_what_disagrees($transcript, $end, $run{pvpanic}),
		$transcript->unexpected,
		map { "the firmware names a disk that is not in the configuration: $_" } _strange_disks(%run),
	);

	push @problems, 'QEMU says: ' . substr $end->{stderr} =~ s/\s+/ /gr, 0, STDERR_SHOWN
		if @problems && $end->{stderr} =~ /\S/;
	my $name = "host: the last line is a verdict that agrees with QEMU's exit status";
	return { name => $name, problems => \@problems };
}

# Devices may say something on the serial line's file before QEMU finds that it cannot start.
sub _how_qemu_ended ($end, $transcript) {
	my $refused = $end->{bytes} ? !$transcript->started
		&& $end->{stderr} =~ /^\S*qemu-system-\w+:(?!.*\bwarning: )/m : 1;

	return "QEMU $end->{stopped}" if $end->{stopped};
	return "QEMU died of signal $end->{signal}" if $end->{signal};
	return "QEMU did not start: exit status $end->{status}" if $end->{status} && $refused;
	return ();
}

sub _what_is_missing ($transcript, $end) {
	my @problems;
	my $planned = $transcript->planned;

	return 'the serial line stayed silent' if !$end->{bytes};
	return 'the firmware printed no "TAP version" line; its last line: ' . $transcript->last_line
		if !$transcript->started;
	push @problems, 'no plan (1..N)' if !defined $planned;
	push @problems, "$planned points were planned, @{[$transcript->number]} came"
		if defined $planned && $planned != $transcript->number;
	push @problems, 'the last line is not a verdict: ' . $transcript->last_line if !$transcript->verdict;
	return @problems;
}

# PASS means status 0 and no failed point; FAIL means both, if there is a device that can give the status.
sub _what_disagrees ($transcript, $end, $pvpanic) {
	my ($verdict, $failures) = $transcript->verdict or return ();
	my $failed = $transcript->failed;
	my $expected = $verdict eq 'FAIL' && $pvpanic ? 1 : 0;
	my @problems;

	push @problems, "the verdict is $verdict, which means exit status $expected; QEMU's was $end->{status}"
		if !$end->{stopped} && !$end->{signal} && $end->{status} != $expected;
	push @problems, "the verdict is PASS, but points failed: $failed" if $verdict eq 'PASS' && $failed;
	push @problems, "the verdict is FAIL $failures, but no point failed" if $verdict eq 'FAIL' && !$failed;
	return @problems;
}

sub _strange_disks (%run) {
	my %known = map { $_ => 1 } (map { $_->serial } $run{disks}->@*), $run{serials}->@*;

	return grep { !$known{$_} } $run{transcript}->disks;
}

# ---- What was not judged ------------------------------------------------------------------------------------------

# A device that is there with all it needs must be driven: a driver that finds it lacking is wrong. And one that lacks
# something must be said to, or the PASS claims too much; where a run is narrowed, its engines may not have
# been looked at.
sub _judged_point (%run) {
	my %lacks = map { $_ => 1 } $run{lacks}->@*;
	my %point = (name => 'host: all is judged but what the machine leaves out', problems => []);
	my (@problems, %said);

	return { %point, skip => NOT_STARTED } if !$run{transcript}->started;
	for my $line ($run{transcript}->not_judged) {
		my ($kind) = $line =~ /^([\w-]+)\@/;

		$said{$kind // ''} = 1;
		push @problems, "not judged, and nothing is left out for it: $line" if !$lacks{$kind // ''};
	}
	push @problems, "a $_ was to lack something, and nothing is said of it" for grep { !$said{$_} } $run{lacks}->@*;
	return { %point, problems => \@problems };
}

# ---- Disks --------------------------------------------------------------------------------------------------------

sub _disk_point ($disk, %run) {
	my $promises = $run{transcript}->promises($disk->serial);
	my $point = { name => "host: disk " . $disk->serial . " holds what the firmware wrote, and nothing else" };
	my @problems = $disk->problems($promises, $run{transcript}->said($disk->serial));

	if (!%$promises) {
		$point->{skip} = _why_nothing_written($disk, %run);
		push @problems, 'the firmware does not say that it wrote anything (# host-check:)'
			if !defined $point->{skip};
	}
	delete $point->{skip} if @problems;
	return { %$point, problems => \@problems };
}

sub _file_point ($file) {
	return { name => 'host: ' . $file->name . ' is as the user left it', problems => [$file->problems] };
}

sub _wave_point ($wave, %run) {
	my %played = $run{transcript}->played;
	my $point = { name => 'host: ' . $wave->name . ' has what the firmware played', problems => [] };

	return { %$point, skip => 'nothing was played' } if !%played;
	return { %$point, problems => [$wave->problems(\%played)] };
}

# Why a run may have done nothing of what a whole one does, or undef.
sub _what_is_left_out (%run) {
	return "the tests were narrowed by '$run{append}'"
		if $run{append} =~ /(?:^|\s)(?:(?:tests|skip)=|list(?:\s|$))/;
	my $all = $run{transcript}->skip_all;
	return defined $all ? "the firmware skipped everything: $all" : undef;
}

# What a port was sent. A port that has nothing to do with others is named in the lines of what was not judged.
sub _port_point ($port, %run) {
	my @sent = $run{transcript}->sent($port->name);
	my %point = (name => 'host: port ' . $port->name . ' was given what the firmware sent, and no more',
		problems => [$port->problems(@sent)]);
	my ($not_driven) = grep { /^serial\@/ } $run{transcript}->not_judged;

	return \%point if @sent || $point{problems}->@*;
	my $reason = !$run{transcript}->started ? NOT_STARTED : _what_is_left_out(%run) // $not_driven;
	return { %point, skip => "nothing sent: $reason" } if defined $reason;
	return { %point, problems => ['the firmware does not say that it sent anything (# host-check:)'] };
}

# What passed a network. A device that is not driven is named in the lines of what was not judged.
sub _capture_point ($capture, %run) {
	my %wired = $run{transcript}->wired;
	my %point = (name => 'host: ' . $capture->name . ' has the frames that the firmware says, and no others',
		problems => []);
	my ($not_driven) = grep { /^net\@/ } $run{transcript}->not_judged;

	return { %point, problems => [$capture->problems(\%wired)] } if %wired;
	my $reason = !$run{transcript}->started ? NOT_STARTED : _what_is_left_out(%run) // $not_driven;
	return { %point, skip => "nothing sent: $reason" } if defined $reason;
	return { %point, problems => ['the firmware does not say that it sent any frame (# host-check:)'] };
}

# Only virtio's block devices are written to on purpose. Disks of other controllers, which are there for DMA, have
# serial numbers that begin with "engine-".
sub _why_nothing_written ($disk, %run) {
	my $transcript = $run{transcript};

	return 'nothing stray: ' . NOT_STARTED if !$transcript->started;
	return 'nothing stray: nothing else is promised of a DMA engine\'s disk' if $disk->serial =~ /^engine-/;
	my $left_out = _what_is_left_out(%run);
	return "nothing written, nothing stray: $left_out" if defined $left_out;
	return 'nothing stray: its drive is read-only' if ($run{read_only} // {})->{$disk->serial};
	my ($written) = grep { $transcript->promises($_)->%* } (($run{beside} // {})->{$disk->serial} // [])->@*;
	return "nothing stray: $written behind the same host was written" if defined $written;
	return 'nothing stray: the disk that is driven behind this host may be a user\'s'
		if ($run{users_beside} // {})->{$disk->serial};
	my ($not_driven) = grep { /^(?:blk|scsi)\@/ } $transcript->not_judged;
	my $reason = $transcript->unkept($disk->serial) // $not_driven;
	return defined $reason ? "nothing written, nothing stray: the firmware skipped it: $reason" : undef;
}

1;
