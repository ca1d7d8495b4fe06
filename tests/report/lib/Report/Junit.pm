# SPDX-License-Identifier: BSD-2-Clause
package Report::Junit;

# The runs as JUnit XML, in the form that Jenkins and GitLab read: a suite for each run, and in it a case
# for each point.
#
# classname and name together are unique over all runs, and stay what they are when other points come and go. A skip and
# a known deviation are <skipped>, what busproof could not judge is <error>, and both and failures have their reason as
# the message. What is wrong with a run as a whole is a case of its own. Only runs have times: points take
# micro-seconds.

use v5.36;


use constant WHOLE_RUN => 'the run as a whole';

# The element of an outcome, and what stands before the reason; a point that is ok has neither.
my %OUTCOMES = (
	skip => ['skipped', ''], todo => ['skipped', 'known deviation: '], failed => ['failure', ''],
	error => ['error', ''],
);

sub xml (@runs) {
	eval { require XML::Writer } or die "it needs XML::Writer, in Debian's libxml-writer-perl\n";
	my $writer = XML::Writer->new(OUTPUT => \my $xml, DATA_MODE => 1, DATA_INDENT => 1, ENCODING => 'utf-8');
	my @suites = map { _suite($_) } @runs;
	my %total;

	for my $suite (@suites) {
		$total{$_} += $suite->{count}{$_} for keys $suite->{count}->%*;
	}
	$writer->xmlDecl('UTF-8');
	$writer->startTag('testsuites', name => 'busproof',
		map { $_ => $total{$_} // 0 } qw(tests failures errors skipped));
	_write_suite($writer, $_) for @suites;
	$writer->endTag;
	$writer->end;
	return $xml;
}

# { name, time, count, cases => [{ classname, name, element, message, text }] } of a run.
sub _suite ($run) {
	my $prefix = $run->name =~ s{^gate/}{}r =~ s/\./_/gr =~ s{/}{.}gr;
	my @cases = (_whole($prefix, $run), map { _case($prefix, $_) } $run->points);
	my (%count, %seen);

	for my $case (@cases) {
		my $times = ++$seen{"$case->{classname} $case->{name}"};

		$case->{name} .= " ($times)" if $times > 1;
		$count{$case->{element}}++ if defined $case->{element};
	}
	return {
		name => $run->name, time => $run->seconds, cases => \@cases,
		count => { tests => scalar @cases, failures => $count{failure} // 0, errors => $count{error} // 0,
			skipped => $count{skipped} // 0 },
	};
}

# "virtio.view.descriptors/rng@00:03.0/accepted" of class "virtio.view"; what has no suite stands under its run.
sub _case ($prefix, $point) {
	my ($suite, $name) = $point->{name} =~ m{^([\w-]+(?:\.[\w-]+)*)\.([\w-]+(?:/.*)?)$};
	my ($element, $kind) = ($OUTCOMES{$point->{outcome}} // [])->@*;

	return {
		classname => join('.', $prefix, $suite // ()), name => $name // ($point->{name} || 'unnamed'),
		element => $element, message => ($kind // '') . $point->{why},
		text => $point->{outcome} =~ /^(?:failed|error)$/ ? $point->{evidence} : '',
	};
}

sub _whole ($prefix, $run) {
	my @problems = $run->problems;

	return { classname => $prefix, name => WHOLE_RUN } if !@problems;
	return { classname => $prefix, name => WHOLE_RUN, element => 'error', message => $problems[0],
		text => join "\n", @problems };
}

sub _write_suite ($writer, $suite) {
	$writer->startTag('testsuite', name => $suite->{name}, $suite->{count}->%{qw(tests failures errors skipped)},
		defined $suite->{time} ? (time => $suite->{time}) : ());
	_write_case($writer, $_) for $suite->{cases}->@*;
	$writer->endTag;
	return;
}

sub _write_case ($writer, $case) {
	my @names = (classname => $case->{classname}, name => $case->{name});

	return $writer->emptyTag('testcase', @names) if !defined $case->{element};
	$writer->startTag('testcase', @names);
	if ($case->{text} eq '') {
		$writer->emptyTag($case->{element}, message => $case->{message});
	} else {
		$writer->dataElement($case->{element}, $case->{text}, message => $case->{message});
	}
	$writer->endTag;
	return;
}

1;
