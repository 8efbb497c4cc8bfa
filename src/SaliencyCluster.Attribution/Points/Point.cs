namespace SaliencyCluster.Attribution.Points;

/// <summary>One evaluation of the network: everything that tells it from the other points of its round.</summary>
/// <param name="Alpha">Position on the path from baseline (0) to image (1).</param>
/// <param name="Weight">Weight of the point's map in the sum.</param>
/// <param name="Sample">Noise sample; -1 means no noise.</param>
/// <param name="Variant">Index into whatever the recipe varies: baseline, occlusion window, random mask.</param>
public readonly record struct Point(double Alpha, float Weight, int Sample = -1, int Variant = 0);
