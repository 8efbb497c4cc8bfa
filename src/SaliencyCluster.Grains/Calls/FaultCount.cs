using System.Data.Common;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Calls;

/// <summary>
/// Counts faults of the cluster itself at one piece of work: errors without a code, which nobody expected. Each makes the next attempt wait
/// twice as long; after the last one the work fails instead of being repeated for ever. What was merely away is no fault: see
/// <see cref="ForOutages"/>.
/// </summary>
/// <param name="most">Attempts before the work fails.</param>
/// <param name="first">Pause after the first fault.</param>
/// <param name="time">Measures the pauses.</param>
/// <param name="longest">The longest pause.</param>
internal sealed class FaultCount(int most, TimeSpan first, TimeProvider time, TimeSpan longest)
{
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>Counts faults, with pauses of a minute at most.</summary>
    public FaultCount(int most, TimeSpan first, TimeProvider time) : this(most, first, time, TimeSpan.FromMinutes(1))
    {
    }

    /// <summary>Counts attempts that met a silo or a store that was away: there is no last one, and work goes on soon after its return.</summary>
    public static FaultCount ForOutages(TimeProvider time) => new(int.MaxValue, TimeSpan.FromSeconds(1), time, TimeSpan.FromSeconds(15));

    /// <summary>Gets the number of faults since the work last got on.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the number of faults after which the work fails.</summary>
    public int Most => most;

    /// <summary>Gets whether the work has failed.</summary>
    public bool IsOver => Count >= most;

    /// <summary>Gets whether the next attempt must wait.</summary>
    public bool MustWait => time.GetUtcNow() < _notBefore;

    /// <summary>Says whether an error is a fault: without a code, and neither a silo nor a store that is away.</summary>
    public static bool IsFault(Exception error) =>
        error is not (SaliencyException or OperationCanceledException or IOException or DbException) && !Retry.IsTransient(error);

    /// <summary>Counts a fault, and returns how long to wait before the next attempt.</summary>
    public TimeSpan Add()
    {
        var pause = first * Math.ScaleB(1, Math.Min(Count++, 10));
        if (pause > longest) pause = longest;
        _notBefore = time.GetUtcNow() + pause;
        return pause;
    }

    /// <summary>Begins anew: the work got on.</summary>
    public void Reset() => (Count, _notBefore) = (0, DateTimeOffset.MinValue);
}
