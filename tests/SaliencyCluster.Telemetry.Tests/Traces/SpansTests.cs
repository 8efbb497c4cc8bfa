using System.Diagnostics;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Telemetry.Tests.Traces;

public sealed class SpansTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    public void Without_a_cause_there_is_no_span(string? cause)
    {
        using var listener = Listen();
        Assert.Null(Spans.Start(Spans.Lease, cause));
        Assert.Equal(cause, Spans.Cause(null, cause));
    }

    [Fact]
    public void A_call_that_is_not_sampled_makes_no_spans_and_its_cause_goes_on()
    {
        using var listener = Listen();
        const string Cause = $"00-{Trace}-b7ad6b7169203331-00";
        using var span = Spans.Start(Spans.Lease, Cause);
        Assert.Null(span);
        Assert.Equal(Cause, Spans.Cause(span, Cause));
    }

    [Fact]
    public void A_span_continues_the_trace_of_its_cause()
    {
        using var listener = Listen();
        using var span = Spans.Start(Spans.Lease, $"00-{Trace}-b7ad6b7169203331-01");
        Assert.Equal((Trace, "b7ad6b7169203331"), (span!.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.StartsWith($"00-{Trace}-", Spans.Cause(span, null), StringComparison.Ordinal);
    }

    // As a tracer with the parent's decision.
    private static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == ClusterMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> o) =>
                o.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
