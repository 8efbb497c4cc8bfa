namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>The three ways to wrap noise around a method; around the gradient they are methods of their own.</summary>
public static class SmoothMethods
{
    /// <summary>Gets SmoothGrad: the mean gradient of noisy images, signed.</summary>
    public static Smoothed SmoothGrad { get; } = Around("smoothgrad", new Gradient(), "smoothgrad");

    /// <summary>Gets SmoothGrad-Squared: the mean squared gradient of noisy images.</summary>
    public static Smoothed SmoothGradSquared { get; } = Around("smoothgrad-squared", new Gradient(), "smoothgrad-squared");

    /// <summary>Gets VarGrad: the variance of the gradient over noisy images.</summary>
    public static Smoothed VarGrad { get; } = Around("vargrad", new Gradient(), "vargrad");

    /// <summary>Wraps noise around a method.</summary>
    /// <param name="name">Name of the whole.</param>
    /// <param name="inner">The method.</param>
    /// <param name="smooth">One of the words of the request's <c>smooth</c> option.</param>
    public static Smoothed Around(string name, ISampleMethod inner, string smooth)
    {
        var (kind, summary, paper) = Describe(inner, smooth);
        return new(name, inner, kind, summary, paper);
    }

    /// <summary>Wraps noise around a method that takes several rounds, or whose map is no sum.</summary>
    /// <param name="inner">The method.</param>
    /// <param name="smooth">One of the words of the request's <c>smooth</c> option.</param>
    public static SmoothedRuns AroundRuns(IAttributionMethod inner, string smooth)
    {
        var (kind, summary, paper) = Describe(inner, smooth);
        return new(inner, kind, summary, paper);
    }

    private static (SmoothKind Kind, string Summary, string Paper) Describe(IAttributionMethod inner, string smooth)
    {
        var what = inner is Gradient ? "gradient" : $"{inner.Name} map";
        return smooth switch
        {
            "smoothgrad" => (SmoothKind.Mean, $"The mean {what} of noisy copies of the image.", "Smilkov et al., 2017, https://arxiv.org/abs/1706.03825"),
            "smoothgrad-squared" => (SmoothKind.MeanSquare, $"The mean squared {what} of noisy copies of the image.", "Hooker et al., 2019, https://arxiv.org/abs/1806.10758"),
            "vargrad" => (SmoothKind.Variance, $"The variance of the {what} over noisy copies of the image.", "Adebayo et al., 2018, https://arxiv.org/abs/1810.03307"),
            _ => throw new ArgumentOutOfRangeException(nameof(smooth), smooth, "No such way to smooth."),
        };
    }
}
