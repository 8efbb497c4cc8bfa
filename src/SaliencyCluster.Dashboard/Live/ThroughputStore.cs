using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Live;

/// <summary>Points by second for the last five minutes, put together from the updates of a watch.</summary>
public sealed class ThroughputStore
{
    /// <summary>Seconds that are kept.</summary>
    public const int Seconds = 300;

    // The newest seconds are still being filled: what is done now is told when its lease ends.
    private const int Unsettled = 2, RateSeconds = 5, MaxLabels = 1000;

    private readonly Dictionary<(ThroughputOf Of, string Name), double[]> _series = [];
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

    /// <summary>Gets the Unix time of the newest second.</summary>
    public long Newest { get; private set; }

    /// <summary>Gets what a model was called in a job lately, by the SHA-256 of its file; null where none was seen.</summary>
    public string? LabelOf(string hash) => _labels.GetValueOrDefault(hash);

    /// <summary>Adds an update: its seconds replace what was known of them.</summary>
    public void Add(ClusterUpdate update)
    {
        var now = update.Status.Now.Seconds;
        Shift(now);
        // Those that are used are told again.
        if (_labels.Count > MaxLabels) _labels.Clear();
        var first = Math.Max(update.FirstSecond, Newest - Seconds + 1);
        foreach (var points in _series.Values) points.AsSpan(Index(first)).Clear();
        foreach (var series in update.Throughput)
        {
            var key = (series.Of, series.Label.Length > 0 ? series.Label : series.Name);
            if (series.Label.Length > 0) _labels[series.Name] = series.Label;
            if (!_series.TryGetValue(key, out var points)) _series[key] = points = new double[Seconds];
            for (var i = 0; i < series.Points.Count; i++)
            {
                var second = update.FirstSecond + i;
                if (second >= first && second <= Newest) points[Index(second)] += series.Points[i];
            }
        }
        foreach (var gone in _series.Where(s => s.Value.Sum() == 0).Select(s => s.Key).ToArray()) _series.Remove(gone);
    }

    /// <summary>Gets the series of a kind, the one with most points first.</summary>
    /// <param name="of">Models, methods or workers.</param>
    /// <param name="most">So many; the rest is added up as "others".</param>
    public IReadOnlyList<Series> Top(ThroughputOf of, int most)
    {
        var all = _series.Where(s => s.Key.Of == of).OrderByDescending(s => s.Value.Sum()).ThenBy(s => s.Key.Name, StringComparer.Ordinal).ToList();
        var top = all.Take(most).Select(s => new Series(s.Key.Name, s.Value, RateOf(s.Value))).ToList();
        if (all.Count <= most) return top;
        var rest = new double[Seconds];
        foreach (var (_, points) in all.Skip(most))
            for (var i = 0; i < Seconds; i++) rest[i] += points[i];
        top.Add(new($"{all.Count - most} others", rest, RateOf(rest)));
        return top;
    }

    /// <summary>Gets the points per second of one series lately; 0 where it has none.</summary>
    public double Rate(ThroughputOf of, string name) => _series.TryGetValue((of, name), out var points) ? RateOf(points) : 0;

    /// <summary>Gets the points per second of everything lately.</summary>
    public double TotalRate => _series.Where(s => s.Key.Of == ThroughputOf.Method).Sum(s => RateOf(s.Value));

    private static double RateOf(double[] points) => points[^(Unsettled + RateSeconds)..^Unsettled].Sum() / RateSeconds;

    private int Index(long second) => (int)(second - Newest + Seconds - 1);

    private void Shift(long now)
    {
        var by = (int)Math.Clamp(now - Newest, 0, Seconds);
        Newest = Math.Max(Newest, now);
        if (by == 0) return;
        foreach (var points in _series.Values)
        {
            points.AsSpan(by).CopyTo(points);
            points.AsSpan(Seconds - by).Clear();
        }
    }
}

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Points">A value for each second; the last one is now.</param>
/// <param name="Now">The value to show as the present one.</param>
public sealed record Series(string Name, IReadOnlyList<double> Points, double Now);
