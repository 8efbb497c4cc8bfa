using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>How far a run is, in points of the methods as requests and results count them: forward passes of a probe are not among them.</summary>
/// <param name="Round">Number of the current round; 0 is the probe.</param>
/// <param name="PointsDone">Points evaluated; those that requests share once.</param>
/// <param name="PointsKnown">Points asked for so far, those of the current round included; grows where a method adds rounds.</param>
/// <param name="PointsPlanned">Points that the whole run takes when nothing stops it early; in the end <paramref name="PointsDone"/>.</param>
public readonly record struct RunProgress(int Round, int PointsDone, int PointsKnown, int PointsPlanned);
