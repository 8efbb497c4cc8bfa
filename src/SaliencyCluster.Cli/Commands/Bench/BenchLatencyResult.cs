using System.Globalization;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary>How long one call took, in milliseconds.</summary>
/// <param name="Accepted">Until the gateway had stored image and request.</param>
/// <param name="Computed">From the first point to the finished map, by the cluster's clock.</param>
/// <param name="All">From when the call should have started to the map.</param>
internal readonly record struct LatencyOfCall(double Accepted, double Computed, double All);

/// <summary>Of calls in order of their time: half, 95 and 99 of 100 are not slower. In milliseconds.</summary>
internal sealed record LatencyQuantiles(double P50Ms, double P95Ms, double P99Ms)
{
    /// <summary>Gets the quantiles of some times.</summary>
    public static LatencyQuantiles Of(IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        return new(Quantile(0.5), Quantile(0.95), Quantile(0.99));

        // The smallest value that at least this share of all values does not exceed.
        double Quantile(double share) => sorted[Math.Max((int)Math.Ceiling(share * sorted.Length) - 1, 0)];
    }
}

/// <summary>What <c>saliency bench latency</c> measured.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method">The method.</param>
/// <param name="Calls">Calls that were measured.</param>
/// <param name="CallsPerSecond">Calls that were answered per second.</param>
/// <param name="RateAsked">Calls per second that were started; null where each waited for the one before.</param>
/// <param name="All">From when a call should have started to its map.</param>
/// <param name="Accepted">Its first part: connection, check of the request, storing of the image.</param>
/// <param name="Computed">Its second part: from the first point to the finished map.</param>
/// <param name="WaitedAndRead">What is left: the queue, and the way of the map to the caller.</param>
/// <param name="FirstQuarter">The time of the first quarter of the calls.</param>
/// <param name="LastQuarter">The time of the last quarter; above the first's where work piles up.</param>
internal sealed record BenchLatencyResult(
    string Model, string Method, int Calls, double CallsPerSecond, double? RateAsked, LatencyQuantiles All, LatencyQuantiles Accepted,
    LatencyQuantiles Computed, LatencyQuantiles WaitedAndRead, LatencyQuantiles FirstQuarter, LatencyQuantiles LastQuarter)
{
    public static BenchLatencyResult Of(string model, string method, double? rate, IReadOnlyList<LatencyOfCall> calls, double seconds)
    {
        var quarter = Math.Max(1, calls.Count / 4);
        return new(model, method, calls.Count, calls.Count / seconds, rate,
            LatencyQuantiles.Of(calls.Select(c => c.All)),
            LatencyQuantiles.Of(calls.Select(c => c.Accepted)),
            LatencyQuantiles.Of(calls.Select(c => c.Computed)),
            LatencyQuantiles.Of(calls.Select(c => Math.Max(0, c.All - c.Accepted - c.Computed))),
            LatencyQuantiles.Of(calls.Take(quarter).Select(c => c.All)),
            LatencyQuantiles.Of(calls.TakeLast(quarter).Select(c => c.All)));
    }

    /// <summary>Writes it as a table.</summary>
    public void Print(TextWriter output)
    {
        var how = RateAsked is { } rate
            ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.##} started per second") : "one after another";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Model}, {Method}: {Calls:N0} calls, {how}, {CallsPerSecond:0.0} answered per second"));
        output.WriteLine($"{"milliseconds",-28}{"50%",9}{"95%",9}{"99%",9}");
        Row("from the call to its map", All);
        Row("  until accepted", Accepted);
        Row("  computed", Computed);
        Row("  waited, and map read", WaitedAndRead);
        Row("first quarter of the calls", FirstQuarter);
        Row("last quarter of the calls", LastQuarter);

        void Row(string name, LatencyQuantiles q) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-28}{q.P50Ms,9:0.0}{q.P95Ms,9:0.0}{q.P99Ms,9:0.0}"));
    }
}
