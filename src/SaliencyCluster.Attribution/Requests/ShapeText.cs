namespace SaliencyCluster.Attribution.Requests;

/// <summary>Shapes in messages.</summary>
public static class ShapeText
{
    /// <summary>Gets the sizes, with <c>?</c> where one is free.</summary>
    public static string Of<T>(IEnumerable<T> shape) where T : System.Numerics.INumber<T> => string.Join(',', shape.Select(d => d < T.Zero ? "?" : $"{d}"));
}
