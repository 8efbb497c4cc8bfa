using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>
/// Where an aggregator is. It goes from one phase to the next as a whole, so that whatever fails in between leaves the phase before, from
/// which it can be tried again:
/// <code>
/// Idle ──start──> Waiting ──room, image──> Running ──all rounds──> Finished ──job has stored it──> Delivered
///                  ^  └────────── failed ───┴─┬──────────────────────^   ^───── job asks again ──────┘
///                  └─────── a device ──── Parked: no device, and others wait for its memory
/// </code>
/// </summary>
internal abstract class AggregatorPhase(ImageWork? work, RunProgress progress)
{
    /// <summary>Gets what it is for; null while it does not know.</summary>
    public ImageWork? Work => work;

    /// <summary>Gets how far the explanation is.</summary>
    public virtual RunProgress Progress => progress;

    /// <summary>Nobody has said what it is for.</summary>
    public sealed class Idle() : AggregatorPhase(null, default);

    /// <summary>The image is not loaded: it waits for memory.</summary>
    public sealed class Waiting(ImageWork work) : AggregatorPhase(work, default);

    /// <summary>Its round is offered, but its pool has no device: others have its memory meanwhile, and its checkpoint has its sums.</summary>
    public sealed class Parked(ImageWork work, RoundTicket offer, RunProgress progress) : AggregatorPhase(work, progress)
    {
        public RoundTicket Offer => offer;
    }

    /// <summary>Rounds are offered, and sums come in.</summary>
    public sealed class Running(ImageWork work, ImageRun run, IDisposable room) : AggregatorPhase(work, default)
    {
        public ImageRun Run => run;

        /// <summary>Gets the memory that it holds.</summary>
        public IDisposable Room => room;

        public override RunProgress Progress => run.Progress;
    }

    /// <summary>There is an outcome that the job may not have.</summary>
    public sealed class Finished(ImageWork work, ImageOutcome outcome, RunProgress progress) : AggregatorPhase(work, progress)
    {
        public ImageOutcome Outcome => outcome;
    }

    /// <summary>The job has stored the outcome.</summary>
    public sealed class Delivered(ImageWork work, ImageOutcome outcome, RunProgress progress) : AggregatorPhase(work, progress)
    {
        public ImageOutcome Outcome => outcome;
    }
}
