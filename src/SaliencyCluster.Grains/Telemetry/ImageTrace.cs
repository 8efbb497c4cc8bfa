using System.Diagnostics;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Telemetry;

/// <summary>The span of one image, from its start to its outcome. Lost with its silo; the next activation starts another below the same job.</summary>
internal sealed class ImageTrace
{
    // A finished image is the fan-in of its leases; more links than this help nobody.
    private const int MaxLinks = 128;
    private readonly List<ActivityLink> _reduced = [];
    private readonly string? _job;
    private Activity? _span;

    private ImageTrace(string? job, Activity? span) => (_job, _span) = (job, span);

    /// <summary>Gets what the image's tickets are caused by.</summary>
    public string? Cause => Spans.Cause(_span, _job);

    public static ImageTrace Start(ImageWork work, string image)
    {
        var current = Activity.Current;
        var span = Spans.Start(Spans.Image, work.TraceParent);
        span?.SetTag("saliency.image", image).SetTag("saliency.method", work.Request.Options.Method).SetTag("saliency.model", work.Request.Model.Hash);
        // It outlives this call and belongs to the image, not to whoever called.
        Activity.Current = current;
        return new(work.TraceParent, span);
    }

    /// <summary>Starts the span that adds one partial sum.</summary>
    public Activity? Reduce(PartialMessage partial)
    {
        if (_span is null) return null;
        var span = Spans.Start(Spans.Reduce, partial.TraceParent);
        if (span is null) return null;
        span.SetTag("saliency.round", partial.Round).SetTag("saliency.level", partial.Level).SetTag("saliency.index", partial.Index);
        if (_reduced.Count < MaxLinks) _reduced.Add(new(span.Context));
        return span;
    }

    /// <summary>Starts the span that makes the map of all sums.</summary>
    public Activity? Finish() => _span is null ? null : Spans.Start(Spans.Finish, Cause, links: _reduced);

    /// <summary>Ends the image; without effect the second time.</summary>
    public void End(ImageOutcome? outcome)
    {
        if (_span is not { } span) return;
        _span = null;
        if (outcome?.Error is { } error) span.Failed(error.Code, error.What);
        span.SetTag("saliency.state", outcome?.State.ToString() ?? "Cancelled").SetTag("saliency.points", outcome?.Result?.Points);
        var current = Activity.Current;
        span.Dispose();
        Activity.Current = current;
    }
}
