namespace SaliencyCluster.Attribution.Planes;

/// <summary>Sobel edge strength: a control that sees the image but no model.</summary>
public static class SobelEdges
{
    /// <summary>Edge strength of a plane, as <c>skimage.filters.sobel</c>: root mean square of the two smoothed differences.</summary>
    public static Plane Of(Plane image)
    {
        var (dy, dx) = Derivatives(image);
        return dy.Zip(dx, (a, b) => Math.Sqrt(((a * a) + (b * b)) / 32));
    }

    /// <summary>Edge strength of an image <c>[C,H,W]</c>, taken of the mean over its channels.</summary>
    public static Plane OfImage(Tensor image) => Of(Grey(image));

    /// <summary>Mean over channels.</summary>
    internal static Plane Grey(Tensor image) => MapView.Signed(image).Select(v => v / MapView.SizeOf(image).Channels);

    /// <summary>Differences along rows and columns with weights 1 2 1 across, as <c>scipy.ndimage.sobel</c>; borders reflect.</summary>
    internal static (Plane Dy, Plane Dx) Derivatives(Plane p)
    {
        double At(int y, int x) => p[GaussianFilter.Source(y, p.Height, Border.Reflect)!.Value, GaussianFilter.Source(x, p.Width, Border.Reflect)!.Value];
        double Down(int y, int x) => At(y + 1, x) - At(y - 1, x);
        double Right(int y, int x) => At(y, x + 1) - At(y, x - 1);
        return (
            Plane.Of(p.Height, p.Width, (y, x) => Down(y, x - 1) + (2 * Down(y, x)) + Down(y, x + 1)),
            Plane.Of(p.Height, p.Width, (y, x) => Right(y - 1, x) + (2 * Right(y, x)) + Right(y + 1, x)));
    }
}
