namespace SaliencyCluster.ScalingDay.Cluster;

/// <summary>What workers with GPUs start into.</summary>
/// <param name="StartSeconds">Seconds from the creation of a worker to its first lease, its image being there.</param>
/// <param name="PullSeconds">Seconds more on a node that has no image yet: every second worker, by chance.</param>
/// <param name="ReclaimHours">Mean hours after which the provider takes a spot node back, with two minutes' notice; 0: never.</param>
/// <param name="CpuWorkers">Workers with a processor that serve the same queue and are always there.</param>
/// <param name="CpuSpeed">What one of them does, as a share of a GPU.</param>
internal sealed record Surroundings(
    double StartSeconds, double PullSeconds = 0, double ReclaimHours = 0, int CpuWorkers = 0, double CpuSpeed = 0.1);
