namespace SaliencyCluster.Attribution.Planes;

/// <summary>Pixels from the strongest to the weakest.</summary>
public static class PixelOrder
{
    /// <summary>Pixel indexes by falling value; equal values keep their order, so that the answer is the same everywhere.</summary>
    public static int[] Descending(Plane map)
    {
        var order = new int[map.Values.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => map.Values[a] == map.Values[b] ? a.CompareTo(b) : map.Values[b].CompareTo(map.Values[a]));
        return order;
    }
}
