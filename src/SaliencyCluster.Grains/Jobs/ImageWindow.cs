using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>
/// Which images of a job are under way: a moving window over pages of images. Pure. Holds only pages that are not settled, so its
/// size does not depend on the size of the job.
/// </summary>
internal sealed class ImageWindow
{
    private const int PageSize = IOutcomePageGrain.Size;

    private readonly int _images;
    private readonly int _try;
    private readonly SortedDictionary<int, OutcomePage> _open = [];
    private readonly SortedSet<int> _active = [];
    private int _nextPage;

    /// <summary>Starts after the pages that are settled.</summary>
    /// <param name="images">Images of the job.</param>
    /// <param name="settled">What is known of the pages before.</param>
    /// <param name="currentTry">The try; images that failed in an earlier one are to be done again.</param>
    public ImageWindow(int images, SettledPages settled, int currentTry)
    {
        (_images, Settled, _try, _nextPage) = (images, settled, currentTry, settled.Pages);
    }

    /// <summary>Gets what is known of the pages at the start, all of whose images have an outcome of this try.</summary>
    public SettledPages Settled { get; private set; }

    /// <summary>Gets the images under way.</summary>
    public IReadOnlyCollection<int> Active => _active;

    /// <summary>Gets the number of images with a map.</summary>
    public int Done => Settled.Done + _open.Values.Sum(p => p.Done);

    /// <summary>Gets the number of images that failed.</summary>
    public int Failed => Settled.Failed + _open.Values.Sum(p => p.Failed);

    /// <summary>Gets the points of images with a map.</summary>
    public long Points => Settled.Points + _open.Values.Sum(p => p.Points);

    /// <summary>Gets the bytes of the maps.</summary>
    public long Bytes => Settled.Bytes + _open.Values.Sum(p => p.Bytes);

    /// <summary>Gets whether every image has an outcome.</summary>
    public bool IsSettled => Done + Failed == _images && _open.Count == 0;

    /// <summary>Gets the page whose stored outcomes are needed before more images can be started; null when none is.</summary>
    public int? PageToOpen(int window) =>
        _active.Count < window && _nextPage * PageSize < _images && !_open.Values.Any(p => p.HasUnstarted) ? _nextPage : null;

    /// <summary>Opens the page that was asked for.</summary>
    /// <param name="stored">Its outcomes, from this try and earlier ones.</param>
    public void Open(IEnumerable<ImageOutcome> stored)
    {
        var first = _nextPage * PageSize;
        var page = new OutcomePage(first, Math.Min(PageSize, _images - first));
        foreach (var outcome in stored.Where(o => o.State == ImageState.Done || o.Try == _try)) page.Settle(outcome);
        _open.Add(_nextPage++, page);
        Close();
    }

    /// <summary>Gets the next image to start; null when the window is full or the open pages have none left.</summary>
    public int? Next(int window) => _active.Count < window ? _open.Values.FirstOrDefault(p => p.HasUnstarted)?.FirstUnstarted : null;

    /// <summary>Takes note that the image that <see cref="Next"/> gave is under way.</summary>
    public void Start(int image)
    {
        _open[image / PageSize].Start(image);
        _active.Add(image);
    }

    /// <summary>Takes note of an outcome of this try; false when the image had one or is not of an open page.</summary>
    public bool Settle(ImageOutcome outcome)
    {
        if (outcome.Try != _try || !_open.TryGetValue(outcome.Index / PageSize, out var page) || !page.Settle(outcome)) return false;
        _active.Remove(outcome.Index);
        Close();
        return true;
    }

    /// <summary>Says whether an image has no outcome yet but will get one.</summary>
    public bool Expects(int image) => _open.TryGetValue(image / PageSize, out var page) && !page.IsSettledAt(image);

    private void Close()
    {
        while (_open.TryGetValue(Settled.Pages, out var page) && page.IsSettled)
        {
            _open.Remove(Settled.Pages);
            Settled = new(Settled.Pages + 1, Settled.Done + page.Done, Settled.Failed + page.Failed, Settled.Points + page.Points, Settled.Bytes + page.Bytes);
        }
    }
}
