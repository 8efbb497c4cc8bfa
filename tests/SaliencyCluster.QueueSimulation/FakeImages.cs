using System.Collections.Concurrent;
using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.QueueSimulation;

/// <summary>Does what the aggregators of several jobs do, except adding: offers images, offers them again every 3 s, and replaces those that are done.</summary>
internal sealed class FakeImages(IShardQueueGrain queue, int active, int shards)
{
    public const string Model = "0000000000000000000000000000000000000000000000000000000000000000";
    private const int Jobs = 8, ShardPoints = 16;
    private readonly ConcurrentDictionary<string, Image> _images = new();
    private int _next;

    public async Task StartAsync()
    {
        for (var i = 0; i < active; i++) await OfferAsync();
    }

    public async Task AddAsync(Lease lease)
    {
        if (!_images.TryGetValue(lease.Image, out var image) || image.Count(lease.Shards.Count) > 0 || !_images.TryRemove(lease.Image, out _)) return;
        await queue.WithdrawAsync(lease.Image);
        await OfferAsync();
    }

    public async Task OfferAgainAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var image in _images.Values)
            {
                if (image.Ticket is { } ticket) await queue.PublishAsync(ticket);
            }
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, stop);
        }
    }

    private async Task OfferAsync()
    {
        var number = Interlocked.Increment(ref _next);
        var ticket = new RoundTicket
        {
            Image = string.Create(CultureInfo.InvariantCulture, $"tenant-{number % 2}/job-{number % Jobs}/{number}"),
            Round = 0,
            Owner = Guid.NewGuid(),
            Missing = [new(0, shards)],
            Points = shards * ShardPoints,
            ShardPoints = ShardPoints,
            ModelHash = Model,
        };
        _images[ticket.Image] = new(ticket, shards);
        await queue.PublishAsync(ticket);
    }

    private sealed class Image(RoundTicket ticket, int shards)
    {
        private int _left = shards;

        public RoundTicket Ticket => ticket;

        public int Count(int done) => Interlocked.Add(ref _left, -done);
    }
}
