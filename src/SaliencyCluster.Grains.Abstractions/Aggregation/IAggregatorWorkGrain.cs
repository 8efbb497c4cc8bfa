namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>What the job and the workers see of an aggregator; the key is the same as that of <see cref="IAggregatorGrain"/>.</summary>
/// <remarks>
/// Lives on gateway silos. Sums are checkpointed at most 10 s after they were added: if its silo dies, the next activation, which the
/// job's next call or a worker's next call makes, asks for the shards of those seconds again.
/// </remarks>
[Version(1), Alias("saliency.v1.IAggregatorWorkGrain")]
public interface IAggregatorWorkGrain : IGrainWithStringKey
{
    /// <summary>Starts the explanation, or goes on after a crash. Returns before anything is computed; safe to repeat. The outcome
    /// goes to the job.</summary>
    [Alias("Start")]
    Task StartAsync(ImageWork work);

    /// <summary>Says whether an outcome will come from it; the job asks every few seconds and starts it again when not. One that has delivered
    /// its outcome delivers it again when it is started again.</summary>
    /// <param name="attempt">The try that the job wants.</param>
    [Alias("IsRunning")]
    Task<bool> IsRunningAsync(int attempt);

    /// <summary>Gives the round that a lease is of. Safe to repeat.</summary>
    [Alias("GetRound")]
    Task<RoundReply> GetRoundAsync(int round);

    /// <summary>Counts a partial sum, once for each shard however often it is sent.</summary>
    [Alias("Add")]
    Task<AddReply> AddAsync(PartialMessage partial);

    /// <summary>Ends the explanation without an outcome and forgets its checkpoint. Safe to repeat.</summary>
    [Alias("Cancel")]
    Task CancelAsync();

    /// <summary>Gets the blob of its checkpoint; null where there is none.</summary>
    [Alias("GetCheckpoint")]
    Task<string?> GetCheckpointAsync();
}
