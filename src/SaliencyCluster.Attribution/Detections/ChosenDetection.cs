namespace SaliencyCluster.Attribution.Detections;

/// <summary>A detection that is explained.</summary>
/// <param name="Detection">What is said of it.</param>
/// <param name="Target">The element of the explained output that holds its class score.</param>
/// <param name="Similarity">What is like it in other images.</param>
internal sealed record ChosenDetection(Detection Detection, string Target, DetectionSimilarity Similarity);
