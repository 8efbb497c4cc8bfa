namespace SaliencyCluster.Attribution.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Round">Number of the current round; 0 is the probe.</param>
/// <param name="PointsDone">Points evaluated, the probe's included.</param>
/// <param name="PointsKnown">Points asked for so far, those of the current round included; grows where a method adds rounds.</param>
/// <param name="PointsPlanned">Points that the whole run takes when nothing stops it early, the probe's included.</param>
public readonly record struct RunProgress(int Round, int PointsDone, int PointsKnown, int PointsPlanned);
