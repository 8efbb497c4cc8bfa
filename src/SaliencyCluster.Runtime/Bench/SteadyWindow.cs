namespace SaliencyCluster.Runtime.Bench;

/// <summary>
/// Counts pieces of work that several lanes finish, over time on the clock, while all of them are busy. It begins when the first round of pieces is
/// done and ends a whole number of rounds later, both times at the moment at which a piece is finished: so neither the start of the lanes nor a piece
/// that is half done falsifies the rate, and lanes that take equally long for every piece give their exact rate. Thread-safe.
/// </summary>
/// <remarks>The rates of those who wait must not be added up: where two wait for one lane, each has its rate only because the other one waits.</remarks>
/// <param name="clock">Measures.</param>
/// <param name="busy">Pieces that are worked on at the same time; a round is as many.</param>
/// <param name="length">The least time, the first round included; at least one round is counted.</param>
internal sealed class SteadyWindow(TimeProvider clock, int busy, TimeSpan length)
{
    private readonly Lock _gate = new();
    private readonly long _started = clock.GetTimestamp();
    private long _finished;
    private long _from;
    private long _to;

    /// <summary>Takes note of a piece that is finished now.</summary>
    /// <returns>Whether there should be more.</returns>
    public bool Finish()
    {
        lock (_gate)
        {
            if (_to != 0) return false;
            var now = clock.GetTimestamp();
            _finished++;
            if (_finished == busy) _from = now;
            if (_finished < 2 * busy || _finished % busy != 0 || clock.GetElapsedTime(_started, now) < length) return true;
            _to = now;
            return false;
        }
    }

    /// <summary>Gets the slice, once <see cref="Finish"/> has wanted no more.</summary>
    /// <param name="units">Units of one piece.</param>
    public Slice Result(int units) => new((_finished - busy) * units, clock.GetElapsedTime(_from, _to).TotalSeconds);
}
