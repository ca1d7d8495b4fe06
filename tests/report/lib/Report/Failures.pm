# SPDX-License-Identifier: BSD-2-Clause
package Report::Failures;

# What fails, grouped by its reason: a reason that differs in numbers alone is one, whatever device, mode, machine and
# QEMU it shows on. The first point of a group has its evidence here; the others are a link away.

use v5.36;

use List::Util qw(uniq);

use Report::Html qw(e section verdict worst counted points_link);
use Report::Run;

# Groups that stand on the page; a run in which everything fails has its reasons in the first of them.
use constant { GROUPS_SHOWN => 40, NAMES_SHOWN => 8 };

# Nothing where nothing failed.
sub html (@runs) {
	my @problems = map { my $run = $_; map { '<li>' . verdict('error', $run->name . " $_")
		. '</li>' } $run->problems } @runs;
	my @groups = groups(@runs);
	my $more = @groups > GROUPS_SHOWN ? @groups - GROUPS_SHOWN : 0;

	return () if !@groups && !@problems;
	splice @groups, GROUPS_SHOWN;
	return section('failures', 'What failed, by reason', '', @problems ? ('<ul>', @problems, '</ul>') : (),
		(map { _group($_) } @groups),
		$more ? "<p>And $more further reasons: " . points_link('all points that failed',
			verdict => 'failed,error') . '.</p>' : ());
}

# [{ outcome, reason, seen => [[run, point], ...] }], the largest first.
sub groups (@runs) {
	my %groups;

	for my $run (@runs) {
		for my $point (grep { $_->{outcome} =~ /^(?:failed|error)$/ } $run->points) {
			my $reason = without_numbers(reason_of($point));
			my $group = $groups{"$point->{outcome} $reason"} //= { outcome => $point->{outcome},
				reason => $reason };
			push $group->{seen}->@*, [$run, $point];
		}
	}
	return sort { $b->{seen}->@* <=> $a->{seen}->@* || $a->{reason} cmp $b->{reason} } values %groups;
}

sub reason_of ($point) {
	return Report::Run::reason_of($point) // 'no reason was given';
}

sub without_numbers ($reason) {
	return $reason =~ s/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*[0-9])[0-9a-f]{4,}\b|\b\d+\b/N/gr;
}

sub _group ($group) {
	my @seen = $group->{seen}->@*;
	my ($run, $point) = $seen[0]->@*;
	my @names = uniq map { $_->[1]{name} } @seen;
	my @runs = uniq map { $_->[0]->name } @seen;
	my $count = @seen == 1 ? '1 point' : @seen . ' points';
	my @links = map { points_link('<code>' . e($_) . '</code>', name => $_, verdict => $group->{outcome}) }
		@names[0 .. (@names > NAMES_SHOWN ? NAMES_SHOWN : @names) - 1];

	push @links, 'and ' . (@names - NAMES_SHOWN) . ' more' if @names > NAMES_SHOWN;
	return ('<details><summary>' . verdict($group->{outcome}) . ' ' . e(@seen == 1 ? reason_of($point)
		: $group->{reason})
		. " <small>$count in " . (@runs == 1 ? e($runs[0]) : @runs . ' runs') . ': ' . e(_in_short(@names))
			. '</small></summary>',
		'<p>' . join(', ', @links) . '; ' . points_link('all of them', reason => $group->{reason},
			verdict => $group->{outcome}) . '</p>',
		'<p>The first of them, <code>' . e($point->{name}) . '</code> in ' . points_link(e($run->name),
			run => $run->name) . ':</p>',
		'<pre tabindex="0">' . e($point->{evidence} || 'no evidence was given') . '</pre></details>');
}

# "virtio.view.used: rng, blk": the tests and the devices of points.
sub _in_short (@names) {
	my @tests = sort(uniq(map { (split m{/})[0] } @names));
	my @devices = sort(uniq(map { m{/([^@/]+)@} } @names));

	splice @tests, 3, @tests - 3, @tests - 3 . ' other tests' if @tests > 4;
	return join(', ', @tests) . (@devices ? ' of ' . join ', ', @devices : '');
}

1;
