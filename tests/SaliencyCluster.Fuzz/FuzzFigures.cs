using System.Diagnostics;

namespace SaliencyCluster.Fuzz;

/// <summary>What a fuzz run saw.</summary>
internal sealed class FuzzFigures
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _codes = new(StringComparer.Ordinal);
    private (long Bytes, long Input) _hungriest;

    /// <summary>Gets the inputs that took longer than one may.</summary>
    public List<long> TooSlow { get; } = [];

    public (TimeSpan Time, long Input) Slowest { get; private set; }

    /// <summary>Gets the most memory that the process ever held, in bytes.</summary>
    public static long PeakMemory
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    public void Add(string name, long input, TimeSpan time, long bytes)
    {
        lock (_lock)
        {
            _codes[name] = _codes.GetValueOrDefault(name) + 1;
            if (time > Slowest.Time) Slowest = (time, input);
            if (time > FuzzLimits.TooLong) TooSlow.Add(input);
            if (bytes > _hungriest.Bytes) _hungriest = (bytes, input);
        }
    }

    public string Summary(TimeSpan elapsed, int crashes)
    {
        var inputs = _codes.Values.Sum();
        return $"""
            {inputs:N0} inputs in {elapsed.TotalSeconds:F0} s, {inputs / elapsed.TotalSeconds:F0} a second
            accepted or refused as
            {string.Join('\n', _codes.Select(c => $"  {c.Key,-10} {c.Value,10:N0}"))}
            kinds of crashes: {crashes}
            longest input: {Slowest.Time.TotalMilliseconds:F0} ms (input {Slowest.Input}); over {FuzzLimits.TooLong.TotalSeconds} s: {TooSlow.Count}
            peak memory of the process: {PeakMemory >> 20} MB; most allocated by one input: {_hungriest.Bytes >> 20} MB (input {_hungriest.Input})
            """;
    }
}
