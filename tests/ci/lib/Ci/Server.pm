# SPDX-License-Identifier: BSD-2-Clause
package Ci::Server;

# An HTTP server on this computer that answers as it is told and keeps what it was asked: for downloads that fail, and
# in place of the API of a service. It ends with the test.

use v5.36;

use File::Temp ();
use IO::Socket::INET;
use JSON::PP ();
use POSIX ();

my $JSON = JSON::PP->new->utf8->canonical;

# answer: sub ($request, $count) => ($status, $text), for the $count-th request, of 1. A request is { method, path,
# headers, body }, and the names of its headers are in small letters.
sub start ($class, $answer) {
	my $socket = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', Proto => 'tcp', ReuseAddr => 1)
		or die "no socket: $@\n";
	my $self = bless { log => File::Temp->new, port => $socket->sockport, parent => $$ }, $class;

	$self->{pid} = fork // die "fork: $!\n";
	return $self if $self->{pid};
	$SIG{TERM} = sub { POSIX::_exit(0) };
	_serve($socket, $self->{log}->filename, $answer);
}

sub url ($self) { return "http://127.0.0.1:$self->{port}" }

# What was asked so far.
sub requests ($self) {
	open my $log, '<:raw', $self->{log}->filename or die "log: $!\n";
	return map { $JSON->decode($_) } <$log>;
}

sub DESTROY ($self) {
	return if $$ != $self->{parent} || !$self->{pid};
	local $?;
	kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
	return;
}

sub _serve ($socket, $path, $answer) {
	open my $log, '>>:raw', $path or die "$path: $!\n";
	$log->autoflush(1);
	for (my $count = 1; my $client = $socket->accept; $count++) {
		my $request = _request($client);
		print {$log} $JSON->encode($request), "\n";
		my ($status, $text) = $answer->($request, $count);
		print {$client} "HTTP/1.1 $status Said\r\nContent-Length: ", length $text,
			"\r\nConnection: close\r\n\r\n", $text;
		close $client;
	}
	POSIX::_exit(0);
}

sub _request ($client) {
	my ($method, $path) = split ' ', scalar <$client> // '';
	my (%headers, $body);

	while (defined(my $line = <$client>)) {
		my ($name, $value) = $line =~ /^([^:]+):\s*(.*?)\r?\n/ or last;
		$headers{lc $name} = $value;
	}
	read $client, $body, $headers{'content-length'} // 0;
	return { method => $method, path => $path, headers => \%headers, body => $body };
}

1;
