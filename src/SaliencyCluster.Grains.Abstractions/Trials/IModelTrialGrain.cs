namespace SaliencyCluster.Grains.Abstractions.Trials;

/// <summary>
/// Remembers which processes a model has ended; the key is the SHA-256 of its file. A worker says when it begins to run a graph of the
/// model that nobody has run yet, and how that ended; what dies without a word counts too. A model that ended as many processes as it
/// may is quarantined, for every tenant, until an administrator releases it.
/// </summary>
/// <remarks>Lives on gateway silos. Safe to repeat; durable on return.</remarks>
[Version(1), Alias("saliency.v1.IModelTrialGrain")]
public interface IModelTrialGrain : IGrainWithStringKey
{
    /// <summary>Asks whether a graph may be run, and counts the process as one that it may end.</summary>
    [Alias("Begin")]
    Task<TrialReply> BeginAsync(TrialAttempt attempt);

    /// <summary>Says how an attempt ended.</summary>
    /// <param name="attempt">The attempt; one of a graph that was proven before need not have begun.</param>
    /// <param name="outcome">What became of its process.</param>
    /// <param name="what">What happened, for an administrator; not used unless the process was ended.</param>
    /// <returns>The quarantine, where the model is in one now.</returns>
    [Alias("End")]
    Task<ModelQuarantine?> EndAsync(TrialAttempt attempt, TrialOutcome outcome, string? what = null);

    /// <summary>Gets the quarantine; null where the model may be run.</summary>
    [Alias("Get")]
    Task<ModelQuarantine?> GetAsync();

    /// <summary>Ends the quarantine and forgets the processes that the model ended.</summary>
    /// <returns>The quarantine that it was in; null where it was in none.</returns>
    [Alias("Release")]
    Task<ModelQuarantine?> ReleaseAsync();
}

/// <summary>A process that is about to run a graph.</summary>
/// <param name="Id">Tells attempts apart; all runs of a graph in one process are one attempt.</param>
/// <param name="Graph">Names the graph, and the versions of what compiles and runs it.</param>
/// <param name="Worker">The device, for messages.</param>
/// <param name="SiloAddress">The process: when it leaves the cluster without a word, the attempt has ended it.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.TrialAttempt")]
public sealed record TrialAttempt(
    [property: Id(0)] Guid Id, [property: Id(1)] string Graph, [property: Id(2)] string Worker, [property: Id(3)] string SiloAddress);

/// <summary>What became of a process that ran a graph.</summary>
public enum TrialOutcome
{
    /// <summary>Nobody knows: the run was cancelled, or failed with an error as a run may.</summary>
    Unknown = 0,

    /// <summary>It lives: the graph is proven.</summary>
    Behaved = 1,

    /// <summary>The run ended it, or it had to be ended.</summary>
    Ended = 2,
}

/// <summary>Whether a graph may be run.</summary>
/// <param name="Verdict">The answer.</param>
/// <param name="Quarantine">The quarantine, where that is the answer.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.TrialReply")]
public sealed record TrialReply([property: Id(0)] TrialVerdict Verdict, [property: Id(1)] ModelQuarantine? Quarantine = null);

/// <summary>Answers to the question whether a graph may be run.</summary>
public enum TrialVerdict
{
    /// <summary>Not now: as many processes run it for the first time as it may still end. Ask again.</summary>
    Wait = 0,

    /// <summary>Yes, as a trial.</summary>
    Try = 1,

    /// <summary>Yes: it was run before.</summary>
    Proven = 2,

    /// <summary>No.</summary>
    Quarantined = 3,
}
