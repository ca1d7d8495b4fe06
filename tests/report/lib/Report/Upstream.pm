# SPDX-License-Identifier: BSD-2-Clause
package Report::Upstream;

# What a report to others says of each deviation: those of the profile qemu, as the tables list them, in parts. A
# deviation's reason is what is seen and what is right, and behind "By hand:" how to see it without busproof; its
# reference is ids of clauses and sections, and places in QEMU's sources, with semicolons between them.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use lib map { dirname(dirname(dirname(dirname(abs_path(__FILE__))))) . $_ } '/spec/lib', '/gate/lib';
use Gate::Port;
use Ledger qw(rows);
use Report::Deviations;
use Report::Runs;

use constant TITLE_MOST => 110;

my $SPEC = dirname(dirname(dirname(dirname(abs_path(__FILE__))))) . '/spec';

# [{ name, title, text, by_hand, busproof, right => [], where => [], versions, machine, points => [], seen => [],
# evidence }], of kept runs, which may be none, and of the tables of the image or of a file.
sub reports ($runs, @tables) {
	my $shown = Report::Deviations::shown(@$runs);
	my %versions = Report::Runs::versions(@$runs);
	my $clauses = _clauses();

	return map { _report($_, $shown->{$_->{name}} // {}, \%versions, $clauses) }
		grep { $_->{profile} eq 'qemu' } Report::Deviations::listed(@tables);
}

sub _report ($deviation, $shown, $versions, $clauses) {
	my ($text, $by_hand) = split / ?By hand(?: \([^)]*\))?: /, $deviation->{reason}, 2;
	my ($where, $right) = _references($deviation->{reference}, $clauses);
	my ($configuration, $point) = _smallest($shown);
	my @seen = sort map { $versions->{$_} // $_ } keys %$shown;
	my $limits = Report::Deviations::versions($deviation);
	my $type = _type($deviation->{machine});

	return {
		name => $deviation->{name}, title => join(': ', $type // (), title($text)),
		text => $text, by_hand => $by_hand,
		points => $deviation->{points}, right => $right, where => $where, seen => \@seen,
		busproof => _command($deviation, $configuration, $point),
		machine => defined $type ? "-M $type" : 'each that has the device',
		versions => join('; ', ($limits eq '' ? 'all that were tried' : $limits),
			@seen ? 'seen on ' . join(', ', @seen) : (), _not_run($deviation)),
		evidence => defined $point ? $point->{evidence} =~ s/^(?:deviation|reference|debug): .*\n//mgr : undef,
	};
}

# What QEMU calls a machine that the image names, or nothing where it is any. A device tree calls one that is no
# hardware a dummy, which QEMU does not.
sub _type ($machine) { return $machine eq '*' ? undef : $machine =~ s/^dummy-//r }

sub _not_run ($deviation) {
	return $deviation->{skip} eq 'none' ? () : 'not tried by the gate, because it ends QEMU or hangs it';
}

# The first sentence, or as much of it as a subject line has room for.
sub title ($text) {
	my ($first) = $text =~ /\A(.*?[^.])(?:[.:;](?:\s|\z)|\z)/s;

	return $first if length $first <= TITLE_MOST;
	my $short = substr $first, 0, TITLE_MOST;
	return $short =~ s/,?\s+\S*\z//r . ' ...';
}

# Places in sources, and all else with the words of the clauses that it names.
sub _references ($reference, $clauses) {
	my (@where, @right);

	for my $part (split /;\s*/, $reference) {
		if ($part =~ /^QEMU |^qemu-palcode, /) {
			push @where, $part;
		} else {
			my @known = grep { $clauses->{$_} } $part =~ /\b([A-Z][A-Z0-9-]*-[0-9]+[a-z]?)\b/g;
			my $rest = $part;
			$rest =~ s/\b\Q$_\E\b//g for @known;
			push @right, $part if $rest =~ /[^,\s]/;
			push @right, map { "VIRTIO 1.4, $_: $clauses->{$_}" } @known;
		}
	}
	return (\@where, \@right);
}

# { id => "MUST: what", ... }
sub _clauses () {
	return { map { $_->[0] => "$_->[2]: $_->[5]" }
		map { rows("$SPEC/$_") } qw(virtio-device-clauses.tsv virtio-driver-clauses.tsv) };
}

# Of what shows it, the configuration with the fewest points that do, and the first of these.
sub _smallest ($shown) {
	my %by;

	for my $configurations (map { $shown->{$_} } sort keys %$shown) {
		$by{$_} //= $configurations->{$_} for keys %$configurations;
	}
	my ($least) = sort { $by{$a}->@* <=> $by{$b}->@* || $a cmp $b } keys %by;
	return defined $least ? ($least, $by{$least}[0]) : ();
}

# Of one point where one is known; else of all that it lists, with the set of devices left to the reader.
sub _command ($deviation, $configuration, $point) {
	my $type = _type($deviation->{machine});
	my $port = defined $type ? Gate::Port::of_type($type) : undef;
	my $any = ($port ? $port->name : 'MACHINE') . '-SET';
	my ($machine, $set) = ($configuration // $any) =~ /^([^-]+)-(.+)$/;
	my $tests = defined $point ? $point->{name} : join ',', $deviation->{points}->@*;

	return "busproof boot --machine $machine --devices $set --append 'tests=$tests deviations=off'";
}

1;
