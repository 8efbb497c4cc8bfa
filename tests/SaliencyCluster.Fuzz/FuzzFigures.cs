using System.Diagnostics;

namespace SaliencyCluster.Fuzz;

/// <summary>What a fuzz run saw.</summary>
internal sealed class FuzzFigures
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _codes = new(StringComparer.Ordinal);
    private (long Bytes, long Input) _hungriest;

    public (TimeSpan Time, long Input) Slowest { get; private set; }

    public void Add(string? code, long input, TimeSpan time, long bytes)
    {
        lock (_lock)
        {
            var name = code ?? "accepted";
            _codes[name] = _codes.GetValueOrDefault(name) + 1;
            if (time > Slowest.Time) Slowest = (time, input);
            if (bytes > _hungriest.Bytes) _hungriest = (bytes, input);
        }
    }

    public string Summary(TimeSpan elapsed)
    {
        var inputs = _codes.Values.Sum();
        return $"""
            {inputs:N0} inputs in {elapsed.TotalSeconds:F0} s, {inputs / elapsed.TotalSeconds:F0} a second
            slowest: {Slowest.Time.TotalMilliseconds:F0} ms (input {Slowest.Input}); most allocated: {_hungriest.Bytes / 1048576.0:F0} MB (input {_hungriest.Input})
            peak working set: {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:F0} MB
            {string.Join('\n', _codes.Select(c => $"{c.Key,-10} {c.Value,10:N0}"))}
            """;
    }
}
