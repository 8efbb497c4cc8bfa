namespace SaliencyCluster.Runtime.Local;

/// <summary>A step of the progress of all images together.</summary>
/// <param name="Done">Points that are done and were not before.</param>
/// <param name="Planned">Points more than were planned before; less than none where points are shared, a method stops early or an image fails.</param>
public readonly record struct LocalPoints(int Done, int Planned);
