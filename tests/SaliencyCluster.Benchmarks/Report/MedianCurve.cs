using SaliencyCluster.Benchmarks.Points;

namespace SaliencyCluster.Benchmarks.Report;

/// <summary>Median error over images by number of points, for one rule.</summary>
/// <param name="Trials">Points, median error and median completeness error, fewest points first.</param>
internal sealed record MedianCurve(IReadOnlyList<Trial> Trials)
{
    public static MedianCurve Of(IEnumerable<PathResult> results, string rule)
    {
        var curves = results.Select(r => r.Rules[rule]).ToList();
        return new([.. Enumerable.Range(0, curves[0].Count).Select(i => new Trial(
            (int)Median(curves.Select(c => (double)c[i].Points)), Median(curves.Select(c => c[i].Error)), Median(curves.Select(c => c[i].Completeness))))]);
    }

    /// <summary>Gets the points from which on the median error stays within a bound; null where the most tried do not suffice.</summary>
    public double? PointsFor(double error)
    {
        var last = Enumerable.Range(0, Trials.Count).LastOrDefault(i => Trials[i].Error > error, -1);
        if (last == Trials.Count - 1) return null;
        if (last < 0) return Trials[0].Points;
        var (over, under) = (Trials[last], Trials[last + 1]);
        var share = Math.Log(over.Error / error) / Math.Log(over.Error / Math.Max(under.Error, 1e-12));
        return Math.Exp(Math.Log(over.Points) + share * Math.Log((double)under.Points / over.Points));
    }

    /// <summary>Gets the median completeness error with the number of points tried that is next.</summary>
    public double CompletenessAt(double points) => Trials.First(t => t.Points >= points - 1e-9).Completeness;

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
